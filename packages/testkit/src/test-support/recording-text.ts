import type { RecordedEvent, RecordingHeader } from "../recording.ts";

type Written = RecordedEvent extends infer E
  ? E extends RecordedEvent
    ? Omit<E, "at" | "conn"> & { readonly at?: number; readonly conn?: number }
    : never
  : never;

/** The text of a recording; events are of connection 1 and a millisecond apart unless they say something else. */
export function recordingText(events: readonly Written[], header: Partial<RecordingHeader> = {}): string {
  const head = { format: "tickwire-recording", version: 1, startedUnixMs: 0, dialect: "tcp", redacted: [], ...header };
  return [head, ...events.map((event, at) => ({ at, conn: 1, ...event }))]
    .map((each) => `${JSON.stringify(each)}\n`)
    .join("");
}
