import { longPortFixtureFromRecording } from "../longport-recording-fixture.ts";
import { parseRecording } from "../recording.ts";
import { fixtureFromRecording } from "../recording-fixture.ts";
import { replay } from "../replay.ts";
import { replayLongPort } from "../replay-longport.ts";
import type { ReplayMode } from "../replay-script.ts";
import type { RecordOptions } from "./record.ts";
import { readFlagFile, UsageError } from "./usage.ts";

/** The flags that are about recordings, and those that a replay may have no use for. */
export interface RecordingFlags {
  readonly record?: string | undefined;
  readonly upstream?: string | undefined;
  readonly redact?: readonly string[] | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly replay?: string | undefined;
  readonly lenient?: boolean | undefined;
  readonly "fixture-from"?: string | undefined;
  readonly fixture?: string | undefined;
  readonly "longport-fixture"?: string | undefined;
  readonly "longport-port"?: string | undefined;
}

/** What goes together with the flags of tasks that run no fake. */
const companions: Readonly<Record<"record" | "fixture-from", readonly string[]>> = {
  record: ["upstream", "redact", "keep", "host", "port", "rsa"],
  "fixture-from": [],
};

/** What the program shall do with a recording: make one, answer from one, or print something of it. */
export type RecordingSettings =
  | { readonly task: "record"; readonly options: RecordOptions }
  | { readonly task: "replay"; readonly broker: "opend" | "longport"; readonly text: string; readonly mode: ReplayMode }
  | { readonly task: "print"; readonly text: string };

/**
 * Looks, before any file is read, whether the program's flags go together with those about recordings.
 * @throws {UsageError}
 */
export function checkTask(flags: RecordingFlags): void {
  const { record, replay: replayed, upstream, lenient } = flags;
  const tasks = [record, replayed, flags["fixture-from"]].filter((each) => each !== undefined);
  if (tasks.length > 1) throw new UsageError("of --record, --replay and --fixture-from only one is possible");
  if (lenient === true && replayed === undefined) throw new UsageError("--lenient needs --replay");
  if (record !== undefined && upstream === undefined) throw new UsageError("--record needs --upstream");
  for (const task of ["record", "fixture-from"] as const) {
    const useless = Object.keys(flags).find((name) => name !== task && !companions[task].includes(name));
    if (flags[task] !== undefined && useless !== undefined)
      throw new UsageError(`--${useless} is of no use with --${task}: leave it out`);
  }
  const lonely = (["upstream", "redact", "keep"] as const).find((name) => flags[name] !== undefined);
  if (record === undefined && lonely !== undefined) throw new UsageError(`--${lonely} needs --record`);
}

/**
 * Reads the flags that are about recordings, once they are checked.
 * @returns Undefined when there are none.
 * @throws {UsageError} For a file that is no recording, and for flags that its replay has no use for.
 */
export async function recordingSettings(
  flags: RecordingFlags,
  {
    ciphers,
    ...place
  }: Pick<RecordOptions, "host" | "port"> & { readonly ciphers: RecordOptions["ciphers"] | undefined },
): Promise<RecordingSettings | undefined> {
  const { record: file, replay: replayed, upstream, redact, keep, lenient } = flags;
  if (file !== undefined && upstream !== undefined) {
    const fields = { ...(redact && { redact }), ...(keep && { keep }) };
    return { task: "record", options: { file, upstream, ...fields, ...place, ...(ciphers && { ciphers }) } };
  }
  const text = await readFlagFile("--fixture-from", flags["fixture-from"], printedFixture);
  if (text !== undefined) return { task: "print", text };
  const recording = await readFlagFile("--replay", replayed, checked);
  if (recording === undefined) return undefined;
  if (recording.broker === "longport" && flags["longport-port"] === undefined)
    throw new UsageError("--replay of a recording of LongPort needs --longport-port");
  // The other broker's fake, if there is one, has its fixture in any case.
  const fixture = recording.broker === "longport" ? "longport-fixture" : "fixture";
  const isOnlyReplayed = recording.broker === "longport" || flags["longport-port"] === undefined;
  if (lenient !== true && isOnlyReplayed && flags[fixture] !== undefined)
    throw new UsageError(`--${fixture} needs --lenient: a strict replay answers from the recording alone`);
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
