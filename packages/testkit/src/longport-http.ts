/** Bytes that a request's body may have. */
export const MAX_BODY_BYTES: number = 1024 * 1024;

/** A request as it came over HTTP, whatever brought it. */
export interface HttpCall {
  /** Upper-case. */
  readonly method: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  /** The bytes after `?` as sent; empty when there is none. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** An answer over HTTP. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the connection breaks in the middle of the body. */
  readonly isCut: boolean;
}

/** A refusal, as an envelope. */
export interface Refusal {
  readonly status: number;
  /** LongPort's code, never 0. */
  readonly code: number;
  readonly message: string;
}

/** A refusal by the watchlist itself: see {@link FakeLongPort} for why its status is 200. */
export function refusal(code: number, message: string, status = 200): Refusal {
  return { status, code, message };
}

/** What a parameter has to be and is not. Official documents name no code; 310010 is their "invalid request" of quotes. */
export function invalid(message: string): Refusal {
  return refusal(310_010, message);
}

/** The answer to a browser that asks whether a page of another origin may send its request. */
export function preflight(requestHeaders: Headers, isAllowed: boolean): HttpReply {
  const headers: Record<string, string> = isAllowed
    ? {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, POST, PUT, DELETE",
        "access-control-allow-headers": requestHeaders.get("access-control-request-headers") ?? "",
        "access-control-max-age": "600",
      }
    : {};
  return { status: 204, headers, body: "", isCut: false };
}

/** Headers that let a page of any origin read an answer. */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "date, retry-after, x-trace-id",
};

/** How many bytes of a cut body arrive: half of them. */
export function bytesBeforeCut(body: Uint8Array): Uint8Array {
  return body.subarray(0, body.length >> 1);
}

/** The answer as `fetch` gives it; undefined, the connection broke before there was one. */
export function toResponse(reply: HttpReply | undefined): Response {
  if (reply === undefined)
    throw new TypeError("fetch failed", { cause: new Error("the fake LongPort broke the connection") });
  const { status, headers, body, isCut } = reply;
  if (!isCut) return new Response(status === 204 ? null : body, { status, headers });
  const part = bytesBeforeCut(new TextEncoder().encode(body));
  let isSent = false;
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) controller.error(new TypeError("terminated"));
      else controller.enqueue(part);
      isSent = true;
    },
  });
  return new Response(broken, { status, headers });
}
