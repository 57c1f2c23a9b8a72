import { fromJson } from "@tickwire/codec/json";
import { CodecError, type Response, TickwireError } from "@tickwire/session";
import { formatPath } from "./fixtures.ts";
import { parseExactJson } from "./longport-json.ts";
import { z } from "./zod.ts";

/** What the first line of every recording says that it is. */
export const RECORDING_FORMAT = "tickwire-recording";
/** The version of the format that is written, and the only one that is read. */
export const RECORDING_VERSION = 1;

/** The first line of a recording. */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  readonly startedUnixMs: number;
  /** OpenD over TCP, OpenD over WebSocket, or LongPort over HTTP. */
  readonly dialect: "tcp" | "ws" | "http";
  /** Fields whose values are stand-ins, as `field` or `within.field`. */
  readonly redacted: readonly string[];
}

interface EventBase {
  /** Milliseconds since the recording began. */
  readonly at: number;
  /** The client's connection, counted from 1. */
  readonly conn: number;
}

/** Of a message: its content, or how long it was. */
interface RecordedBody {
  /** OpenD: `c2s` of a request, the whole `Response` of the others. HTTP: the JSON of the body. Absent with an empty body. */
  readonly message?: unknown;
  /** Bytes of a body that could not be read field by field, and therefore was left out. */
  readonly bytes?: number | undefined;
  /** That body as base64, if `rawBodies` asked for it. */
  readonly body?: string | undefined;
}

/** A connection begins. */
export interface RecordedOpen extends EventBase {
  readonly event: "open";
}

/** A request of OpenD's. */
export interface RecordedRequest extends EventBase, RecordedBody {
  readonly event: "request";
  /** The request's number in the file, from 1; its reply has the same. */
  readonly n: number;
  /** Protocol id. */
  readonly id: number;
  /** Its name; absent when this version's registry does not know it. */
  readonly name?: string | undefined;
}

/** A reply of OpenD's. */
export interface RecordedReply extends EventBase, RecordedBody {
  readonly event: "reply";
  readonly n: number;
  readonly id: number;
  readonly name?: string | undefined;
  /** WebSocket: the relay's own error, which has no message. */
  readonly error?: number | undefined;
  readonly errorText?: string | undefined;
}

/** What OpenD sent unasked. */
export interface RecordedPush extends EventBase, RecordedBody {
  readonly event: "push";
  readonly id: number;
  readonly name?: string | undefined;
}

/** A request over HTTP. */
export interface RecordedHttpRequest extends EventBase, RecordedBody {
  readonly event: "http-request";
  readonly n: number;
  readonly method: string;
  readonly path: string;
  /** Its parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
}

/** An answer over HTTP. */
export interface RecordedHttpReply extends EventBase, RecordedBody {
  readonly event: "http-reply";
  readonly n: number;
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Something that could not be recorded, in words for people. */
export interface RecordedNote extends EventBase {
  readonly event: "note";
  readonly text: string;
}

/** A connection ends. */
export interface RecordedClose extends EventBase {
  readonly event: "close";
  readonly by: "client" | "upstream" | "recorder";
}

/** One line of a recording after the first. */
export type RecordedEvent =
  | RecordedOpen
  | RecordedRequest
  | RecordedReply
  | RecordedPush
  | RecordedHttpRequest
  | RecordedHttpReply
  | RecordedNote
  | RecordedClose;

/** A recording that was read. */
export interface Recording {
  readonly header: RecordingHeader;
  /** Each with the number of its line. */
  readonly events: readonly (RecordedEvent & { readonly line: number })[];
  /** Whether its last line is cut off, as by a crash; what was before it is all there. */
  readonly isCut: boolean;
}

const header = z.object({
  format: z.literal(RECORDING_FORMAT),
  version: z.number(),
  startedUnixMs: z.number(),
  dialect: z.enum(["tcp", "ws", "http"]),
  redacted: z.array(z.string()),
});

const base = { at: z.number().nonnegative(), conn: z.int().positive() };
const body = { bytes: z.int().nonnegative().optional(), body: z.base64().optional() };
const protocol = {
  ...base,
  ...body,
  message: z.record(z.string(), z.unknown()).optional(),
  id: z.int().nonnegative(),
  name: z.string().optional(),
};
const n = z.int().positive();
const event = z.discriminatedUnion("event", [
  z.object({ event: z.literal("open"), ...base }),
  z.object({ event: z.literal("request"), ...protocol, n }),
  z.object({
    event: z.literal("reply"),
    ...protocol,
    n,
    error: z.int().optional(),
    errorText: z.string().optional(),
  }),
  z.object({ event: z.literal("push"), ...protocol }),
  z.object({
    event: z.literal("http-request"),
    ...base,
    ...body,
    message: z.unknown().optional(),
    n,
    method: z.string(),
    path: z.string(),
    query: z.record(z.string(), z.string()),
  }),
  z.object({
    event: z.literal("http-reply"),
    ...base,
    ...body,
    message: z.unknown().optional(),
    n,
    status: z.int().min(200).max(599),
    contentType: z.string(),
    retryAfterSeconds: z.number().nonnegative().optional(),
  }),
  z.object({ event: z.literal("note"), ...base, text: z.string() }),
  z.object({ event: z.literal("close"), ...base, by: z.enum(["client", "upstream", "recorder"]) }),
]);

/**
 * Reads a recording. A last line that was cut off is left out.
 * @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line and what to do.
 */
export function parseRecording(text: string): Recording {
  const lines = text.split("\n");
  // What follows the last line's end: nothing, unless it was cut off.
  const rest = lines.at(-1)?.trim() ?? "";
  const isCut = lines.length > 1 && rest !== "" && !isJson(rest);
  const [first = "", ...others] = isCut ? lines.slice(0, -1) : lines;
  if (first.trim() === "") throw wrong(1, "it is empty", "a recording begins with its header: take a file of `record`");
  const { version, ...head } = check(header, parseLine(first, 1, JSON.parse), 1);
  if (version !== RECORDING_VERSION)
    throw wrong(1, `its version is ${version}, this reads ${RECORDING_VERSION}`, "take the testkit that wrote it");
  // Doubles of OpenD's may look like whole numbers beyond 2^53; those of HTTP bodies are ids.
  const parse = head.dialect === "http" ? parseExactJson : JSON.parse;
  const events: (RecordedEvent & { line: number })[] = [];
  for (const [index, source] of others.entries()) {
    const line = index + 2;
    if (source.trim() !== "") events.push({ ...check(event, parseLine(source, line, parse), line), line });
  }
  return { header: { ...head, version }, events, isCut };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseLine(source: string, line: number, parse: (text: string) => unknown): unknown {
  try {
    return parse(source);
  } catch {
    // The parser's words would repeat some of the line.
    throw wrong(line, "it is no JSON", "restore the line, or take it out");
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, line: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw wrong(
    line,
    `${formatPath(issue?.path ?? []) || "the line"}: ${issue?.message}`,
    "mend the line, or record anew",
  );
}

/** The error of a recording that cannot be used. */
export function wrong(line: number, problem: string, fix: string): TickwireError {
  return new TickwireError("TESTKIT_RECORDING", `line ${line} of the recording: ${problem}; ${fix}`);
}

/**
 * A recorded reply or push of OpenD's.
 * @throws {TickwireError} `TESTKIT_RECORDING` with the path of a wrong field.
 */
export function readMessage<S2C>(
  protocol: Parameters<typeof fromJson<S2C>>[0],
  message: unknown,
  line: number,
): Response<S2C> {
  try {
    // A flat message has no envelope: what the recording has around it was read out of it.
    return fromJson(protocol, protocol.flat === true ? (message as { s2c?: unknown }).s2c : message);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw wrong(line, error.message, "mend the message, or record anew");
  }
}
