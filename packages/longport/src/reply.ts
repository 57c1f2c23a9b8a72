import type { Outcome } from "@tickwire/codec";
import type { Call } from "./call.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";
import { LongPortError, type LongPortErrorCode, type LongPortErrorInit } from "./errors.ts";
import type { LosslessJson } from "./json.ts";
import { serverCodeOf } from "./server-codes.ts";

/** A reply that was received whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** When it came, in milliseconds since 1970 by our clock. */
  readonly unixMs: number;
  /** True where the request carried a signature, and with it our time. */
  readonly wasSigned: boolean;
}

/** The data of a reply, and what an error about them tells of where they came from. */
export interface Answer {
  readonly data: LosslessJson | undefined;
  readonly status: number;
  readonly traceId: string | undefined;
}

/** The largest body that is read, in bytes: a list of all groups has a few hundred kB, and what never ends would fill the memory. */
const MAX_BODY_BYTES = 32 * 2 ** 20;

/**
 * The body as text. What is not read of it is cancelled, also when the call ends first.
 * @throws {LongPortError} for a body that is too large, and for what is no response: `fetch` may be anybody's.
 */
export async function readText(response: Response, call: Call): Promise<string> {
  if (typeof response?.headers?.get !== "function" || typeof response.status !== "number")
    throw unreadable("fetch gave something that is no Response", call);
  // Other implementations of fetch have none, or one of another kind.
  if (typeof response.body?.getReader === "function")
    return await readStream(response, response.body.getReader(), call);
  if (typeof response.text !== "function") throw unreadable("fetch gave a Response without text()", call, response);
  const text: unknown = await call.wait(response.text());
  if (typeof text !== "string") throw unreadable("text() of the Response gave no text", call, response);
  if (text.length > MAX_BODY_BYTES) throw tooLarge(response, call);
  return text;
}

async function readStream(
  response: Response,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  call: Call,
): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  try {
    for (;;) {
      const { done, value } = await call.wait(reader.read());
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) throw tooLarge(response, call);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    // Not waited for: it may take as long as the body.
    reader.cancel().catch(() => undefined);
    throw error;
  }
}

function tooLarge(response: Response, call: Call): LongPortError {
  return unreadable(`the body has more than ${MAX_BODY_BYTES} bytes, which no reply of LongPort has`, call, response);
}

function unreadable(problem: string, call: Call, response?: Response): LongPortError {
  const { operation, outcome } = call;
  const origin = response && { status: response.status, traceId: traceIdOf(response.headers) };
  return new LongPortError("LONGPORT_BAD_REPLY", problem + call.doubt(), { operation, outcome, ...origin });
}

const traceIdOf = (headers: Headers): string | undefined => headers.get("x-trace-id") ?? undefined;

/** Clocks that differ by less are not why a signature is refused. */
const SKEW_MS = 60_000;

/**
 * The data of a reply. The envelope's code decides, not the HTTP status: LongPort refuses with 200 and succeeds with 201.
 * @throws {LongPortError} for everything but code 0.
 */
export function answerOf(reply: Reply, call: Call, redact: (text: string) => string): Answer {
  const envelope = parseEnvelope(reply.text);
  const [status, traceId] = [reply.status, traceIdOf(reply.headers)];
  if (envelope?.code === 0) return { data: envelope.data, status, traceId };
  const { code, outcome, problem } =
    envelope === undefined
      ? withoutEnvelope(reply.status, redact(reply.text))
      : refusalOf(reply.status, envelope.code, redact(envelope.message));
  const clockSkewMs = skewOf(reply, envelope);
  const skew =
    clockSkewMs === undefined
      ? ""
      : `; this computer's clock is ${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? "behind" : "ahead of"} the server's, ` +
        "and signatures carry the time: set it right";
  call.outcome = outcome;
  const init: LongPortErrorInit = {
    operation: call.operation,
    outcome,
    retryable:
      code === "LONGPORT_RATE_LIMIT" || (code === "LONGPORT_SERVER" && outcome === "unknown" && call.isRepeatable()),
    status,
    serverCode: envelope?.code,
    traceId,
    retryAfterMs: code === "LONGPORT_RATE_LIMIT" ? retryAfterOf(reply) : undefined,
    clockSkewMs,
  };
  throw new LongPortError(code, `${problem}${skew}${call.doubt()}`, init);
}

interface Verdict {
  readonly code: LongPortErrorCode;
  readonly outcome: Outcome;
  readonly problem: string;
}

function refusalOf(status: number, code: number, message: string): Verdict {
  const known = serverCodeOf(code);
  const text = `the server answered with code ${code}${message === "" ? "" : `, ${JSON.stringify(message)}`}`;
  return {
    code: known?.code ?? codeOfStatus(status),
    outcome: (known?.isRefusal ?? status < 500) ? "rejected" : "unknown",
    problem: known === undefined ? text : `${text}: ${known.hint}`,
  };
}

/** A reply that is not LongPort's own: by a gateway or a proxy, or cut. */
function withoutEnvelope(status: number, text: string): Verdict {
  const isRedirect = status === 0 || (status >= 300 && status < 400);
  if (status < 400) {
    const what = isRedirect
      ? "the server points to another address, which is not followed because the request carries credentials: is baseUrl right?"
      : `HTTP ${status}, but the body is not a reply of LongPort: ${excerptOf(text)}`;
    return { code: "LONGPORT_BAD_REPLY", outcome: "unknown", problem: what };
  }
  const hint = status === 404 ? "; is baseUrl right?" : "";
  return {
    code: codeOfStatus(status),
    outcome: status < 500 ? "rejected" : "unknown",
    problem: `HTTP ${status} with a body that is not a reply of LongPort: ${excerptOf(text)}${hint}`,
  };
}

function codeOfStatus(status: number): LongPortErrorCode {
  if (status === 429) return "LONGPORT_RATE_LIMIT";
  return status === 401 || status === 403 ? "LONGPORT_AUTH" : "LONGPORT_SERVER";
}

function excerptOf(text: string): string {
  if (text === "") return "it is empty";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** `Retry-After`: seconds, or a date by the server's clock. */
function retryAfterOf({ headers, unixMs }: Reply): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - (dateOf(headers) ?? unixMs);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** How far the server's clock is ahead, where it matters. Browsers show the header only where CORS rules allow it. */
function skewOf({ headers, status, unixMs, wasSigned }: Reply, envelope: Envelope | undefined): number | undefined {
  const date = dateOf(headers);
  if (!wasSigned || date === undefined || Math.abs(date - unixMs) <= SKEW_MS) return undefined;
  const code = envelope?.code ?? 0;
  const isAboutTime = /signature|timestamp|expire/i.test(envelope?.message ?? "");
  const family = Math.floor(code / 1000);
  return isAboutTime || family === 401 || code === 403201 || (envelope === undefined && status === 401)
    ? date - unixMs
    : undefined;
}

function dateOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}
