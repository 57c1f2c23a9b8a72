import { FakeLongPort } from "../fake-longport.ts";
import { FakeOpenD } from "../fake-opend.ts";
import { replay } from "../replay.ts";
import { replayLongPort } from "../replay-longport.ts";
import { help, readSettings, type Settings } from "./fake-settings.ts";
import { type Listening, listen } from "./listen.ts";
import { type LongPortListening, listenLongPort } from "./longport-listener.ts";
import { type RecordOptions, record } from "./record.ts";
import { messageOf, UsageError } from "./usage.ts";

/** What the program needs of the process. */
export interface ProgramIo {
  /** Writes a text to stdout. */
  out(text: string): void;
  /** Writes a text to stderr. */
  err(text: string): void;
  /** Aborts when the program shall end. */
  readonly stop: AbortSignal;
}

/**
 * The program `tickwire-fake`.
 * @returns The exit code: 0 after a clean end, 1 when it cannot listen or record, 2 for a wrong flag or file.
 */
export async function runFake(args: readonly string[], io: ProgramIo): Promise<number> {
  const log = (line: string): void => io.err(`tickwire-fake: ${line}\n`);
  let settings: Settings | undefined;
  try {
    settings = await readSettings(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log(`${error.message} (--help shows the flags)`);
    return 2;
  }
  if (settings === undefined) {
    io.out(help);
    return 0;
  }
  const { recording } = settings;
  if (recording?.task === "print") {
    io.out(recording.text);
    return 0;
  }
  if (recording?.task === "record") return runRecorder(recording.options, io, log);
  const opend =
    recording?.broker === "opend"
      ? replay(recording.text, { ...settings.opend, mode: recording.mode, log })
      : new FakeOpenD({ ...settings.opend, log });
  opend.faults.add(...settings.faults);
  let listening: Listening | undefined;
  let longport: LongPortListening | undefined;
  try {
    listening = await listen(opend, settings.listen);
    longport = settings.longport && (await startLongPort(settings.longport, recording, log));
  } catch (error) {
    await listening?.close();
    // A fault may have begun already, and its timer would keep the process.
    opend.close();
    log(messageOf(error));
    return 1;
  }
  const { tcp, ws } = listening;
  const place = ({ host, port }: { host: string; port: number }) => ({ host, port });
  const ready = {
    ready: true,
    tcp: place(tcp),
    ws: place(ws),
    ...(longport && { longport: { url: longport.url, quoteWsUrl: longport.quoteWsUrl } }),
  };
  io.out(`${JSON.stringify(ready)}\n`);
  log(`listening on ${tcp.url} and ${ws.url}${longport ? `, LongPort on ${longport.url}` : ""}`);
  await aborted(io.stop);
  await Promise.all([listening.close(), longport?.close()]);
  opend.close();
  return 0;
}

function startLongPort(
  { fake, listen }: NonNullable<Settings["longport"]>,
  recording: Exclude<Settings["recording"], { task: "print" | "record" }>,
  log: (line: string) => void,
): Promise<LongPortListening> {
  const options = { ...fake, log: (line: string) => log(`LongPort: ${line}`) };
  const longport =
    recording?.broker === "longport"
      ? replayLongPort(recording.text, { ...options, mode: recording.mode })
      : new FakeLongPort(options);
  return listenLongPort(longport, listen);
}

async function runRecorder(options: RecordOptions, io: ProgramIo, log: (line: string) => void): Promise<number> {
  try {
    const { url, close } = await record(options);
    io.out(`${JSON.stringify({ ready: true, recording: { url, file: options.file } })}\n`);
    log(`recording ${options.upstream} into ${options.file}: clients connect to ${url}`);
    await aborted(io.stop);
    await close();
    return 0;
  } catch (error) {
    log(messageOf(error));
    return 1;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
