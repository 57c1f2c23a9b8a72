import { runFake } from "../node/fake-program.ts";

/** Runs the program until it ends, or until `whenReady` is done. */
export async function runProgram(
  args: readonly string[],
  whenReady: (ready: Ready) => Promise<void> = async () => undefined,
): Promise<{ exitCode: number; out: string; err: string }> {
  const stop = new AbortController();
  const output = { out: "", err: "" };
  let atWork: Promise<void> = Promise.resolve();
  const exitCode = await runFake(args, {
    out(text) {
      output.out += text;
      if (text.startsWith("{")) atWork = whenReady(JSON.parse(text) as Ready).finally(() => stop.abort());
    },
    err(text) {
      output.err += text;
    },
    stop: stop.signal,
  });
  await atWork;
  return { exitCode, ...output };
}

/** What it prints when it is ready. */
export interface Ready {
  readonly ready: true;
  readonly tcp: { readonly host: string; readonly port: number };
  readonly ws: { readonly host: string; readonly port: number };
  /** With `--record`, which has none of the others. */
  readonly recording: { readonly url: string; readonly file: string };
  readonly longport?: { readonly url: string; readonly quoteWsUrl: string };
}
