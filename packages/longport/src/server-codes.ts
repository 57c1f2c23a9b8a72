import type { LongPortErrorCode } from "./errors.ts";

/** What is known about a code of the server. */
export interface ServerCode {
  readonly code: LongPortErrorCode;
  /** False where the server says that it failed, not that it refused: it may have done part of it. */
  readonly isRefusal: boolean;
  /** What to do; stands behind the server's own text. */
  readonly hint: string;
}

const refusal = (code: LongPortErrorCode, hint: string): ServerCode => ({ code, isRefusal: true, hint });
const failure = (hint: string): ServerCode => ({ code: "LONGPORT_SERVER", isRefusal: false, hint });

const newToken = "get a new access token, in the developer centre or by refreshToken() before it expires";
const newTokenFor = (why: string) => refusal("LONGPORT_AUTH", `${why}: ${newToken}`);
const slowDown = "keep the option `pacing` on, and count other programs that use the account";

/**
 * The codes that are documented or were seen. 401004 and 401102: longbridge/developers#877 and #1165; 500000 for names:
 * #1115; 701006: #983; the others: the vendor's documentation.
 */
const known: ReadonlyMap<number, ServerCode> = new Map([
  [401003, newTokenFor("the access token has expired")],
  [401004, newTokenFor("the access token is not valid")],
  [401102, newTokenFor("the access token could not be verified; it may belong to another app key or region")],
  [
    403201,
    refusal("LONGPORT_AUTH", "the signature is wrong: check the app secret, and that app key and token belong to it"),
  ],
  [
    403202,
    {
      code: "LONGPORT_AUTH",
      // The first copy may have been carried out.
      isRefusal: false,
      hint: "the server has seen this very request before: does a proxy send it twice?",
    },
  ],
  [403203, refusal("LONGPORT_AUTH", "the app key is not accepted: check it, and the region")],
  [403205, refusal("LONGPORT_AUTH", "this IP address is not allowed: add it in the developer centre")],
  [429001, refusal("LONGPORT_RATE_LIMIT", `too many requests from this IP address: ${slowDown}`)],
  [429002, refusal("LONGPORT_RATE_LIMIT", `too many requests to this API: ${slowDown}`)],
  [
    500000,
    failure("the server failed. It is known to answer this to group names that are not ASCII; try another name"),
  ],
  [701006, refusal("LONGPORT_SERVER", "the limit is exceeded: a watchlist holds at most 1000 securities")],
  [310010, refusal("LONGPORT_SERVER", "the request is not valid: check symbols and ids")],
  [310011, failure("the quote server failed: try again later")],
]);

/** What a code means; codes that are not known are judged by their first digits, which are an HTTP status. */
export function serverCodeOf(code: number): ServerCode | undefined {
  const entry = known.get(code);
  if (entry !== undefined) return entry;
  const family = Math.floor(code / 1000);
  if (family === 401) return newTokenFor("the access token is not accepted");
  if (family === 403) return refusal("LONGPORT_AUTH", "the credentials do not allow this");
  if (family === 429) return refusal("LONGPORT_RATE_LIMIT", slowDown);
  return family >= 500 && family <= 599 ? failure("the server failed: try again later") : undefined;
}
