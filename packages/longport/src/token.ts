import { invalidArgument, LongPortError } from "./errors.ts";
import type { Http } from "./http.ts";
import { fieldsOf, type LosslessJson, textOf } from "./json.ts";
import type { CallOptions } from "./options.ts";

/** Options of `refreshToken`. */
export interface RefreshOptions extends CallOptions {
  /** When the new token is to expire; in the future, to the second. Default: in 90 days. */
  readonly expiredAt?: Date | undefined;
  /** False to leave the client with the old token, which the server then refuses. Default true. */
  readonly adopt?: boolean | undefined;
}

/** A new access token. Store it where the old one was: that one is dead. It is a secret, so do not log it. */
export interface AccessToken {
  readonly token: string;
  /** Undefined where the server's text is not a date. */
  readonly expiredAt: Date | undefined;
  /** Undefined where the server's text is not a date. */
  readonly issuedAt: Date | undefined;
}

const PATH = "/v1/token/refresh";
const USUAL_LIFE_MS = 90 * 86_400_000;

/** `GET /v1/token/refresh?expired_at=…`; a write, for all that it is a GET: the old token dies. */
export async function refreshAccessToken(
  http: Http,
  unixMs: number,
  { expiredAt = new Date(unixMs + USUAL_LIFE_MS), ...callOptions }: Omit<RefreshOptions, "adopt">,
): Promise<AccessToken> {
  if (!(expiredAt instanceof Date && expiredAt.getTime() > unixMs))
    throw invalidArgument("expiredAt must be a date in the future");
  // Whole seconds, as the vendor's SDKs send them.
  const query = { expired_at: expiredAt.toISOString().replace(/\.\d+/, "") };
  const request = { method: "GET", path: PATH, query, effect: "write" } as const;
  const { data, ...origin } = await http.request(request, callOptions);
  const { token: tokenJson, expired_at, issued_at } = fieldsOf(data);
  const token = textOf(tokenJson);
  if (token === undefined) {
    const problem = "the reply has no token; the old one may be dead, then get a new one in the developer centre";
    throw new LongPortError("LONGPORT_BAD_REPLY", problem, { operation: `GET ${PATH}`, outcome: "unknown", ...origin });
  }
  return { token, expiredAt: readDate(expired_at), issuedAt: readDate(issued_at) };
}

/** RFC 3339. A date that cannot be read is no reason to lose the token. */
function readDate(json: LosslessJson | undefined): Date | undefined {
  const ms = Date.parse(textOf(json) ?? "");
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
