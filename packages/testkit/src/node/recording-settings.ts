import { longPortFixtureFromRecording } from "../longport-recording-fixture.ts";
import { parseRecording } from "../recording.ts";
import { fixtureFromRecording } from "../recording-fixture.ts";
import { replay } from "../replay.ts";
import { replayLongPort } from "../replay-longport.ts";
import type { ReplayMode } from "../replay-script.ts";
import type { RecordOptions } from "./record.ts";
import { readFlagFile, UsageError } from "./usage.ts";

/** The flags that are about recordings, and the one that a replay of LongPort needs. */
export interface RecordingFlags {
  readonly record?: string | undefined;
  readonly upstream?: string | undefined;
  readonly redact?: readonly string[] | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly replay?: string | undefined;
  readonly lenient?: boolean | undefined;
  readonly "fixture-from"?: string | undefined;
  readonly "longport-port"?: string | undefined;
}

/** What the program shall do with a recording: make one, answer from one, or print something of it. */
export type RecordingSettings =
  | { readonly task: "record"; readonly options: RecordOptions }
  | { readonly task: "replay"; readonly broker: "opend" | "longport"; readonly text: string; readonly mode: ReplayMode }
  | { readonly task: "print"; readonly text: string };

/**
 * Reads the flags that are about recordings.
 * @returns Undefined when there are none.
 * @throws {UsageError} For flags that do not go together, and for a file that is no recording.
 */
export async function recordingSettings(
  flags: RecordingFlags,
  {
    ciphers,
    ...place
  }: Pick<RecordOptions, "host" | "port"> & { readonly ciphers: RecordOptions["ciphers"] | undefined },
): Promise<RecordingSettings | undefined> {
  const { record: file, replay: replayed, upstream, redact, keep, lenient } = flags;
  const tasks = [file, replayed, flags["fixture-from"]].filter((each) => each !== undefined);
  if (tasks.length > 1) throw new UsageError("of --record, --replay and --fixture-from only one is possible");
  if (lenient === true && replayed === undefined) throw new UsageError("--lenient needs --replay");
  if (file === undefined) {
    const useless = Object.entries({ upstream, redact, keep }).find(([, value]) => value !== undefined);
    if (useless !== undefined) throw new UsageError(`--${useless[0]} needs --record`);
  } else {
    if (upstream === undefined) throw new UsageError("--record needs --upstream");
    const fields = { ...(redact && { redact }), ...(keep && { keep }) };
    return { task: "record", options: { file, upstream, ...fields, ...place, ...(ciphers && { ciphers }) } };
  }
  const text = await readFlagFile("--fixture-from", flags["fixture-from"], printedFixture);
  if (text !== undefined) return { task: "print", text };
  const recording = await readFlagFile("--replay", replayed, checked);
  if (recording === undefined) return undefined;
  if (recording.broker === "longport" && flags["longport-port"] === undefined)
    throw new UsageError("--replay of a recording of LongPort needs --longport-port");
  return { task: "replay", mode: lenient === true ? "lenient" : "strict", ...recording };
}

const isLongPort = (text: string): boolean => parseRecording(text).header.dialect === "http";

function printedFixture(text: string): string {
  const fixture = isLongPort(text) ? longPortFixtureFromRecording(text) : fixtureFromRecording(text);
  return `${JSON.stringify(fixture, undefined, 2)}\n`;
}

/** A recording whose every message can be replayed. */
function checked(text: string): { readonly broker: "opend" | "longport"; readonly text: string } {
  if (isLongPort(text)) replayLongPort(text);
  else replay(text).close();
  return { broker: isLongPort(text) ? "longport" : "opend", text };
}
