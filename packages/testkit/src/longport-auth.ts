import { type HttpCall, type Refusal, refusal } from "./longport-http.ts";
import { expectedSignature, parseSignature, parseTimestamp } from "./longport-signature.ts";

/** Signatures that are remembered to know a repeated one. */
const MAX_REMEMBERED = 10_000;
/** How long an access token lives unless a client asks for something else: 90 days [vendor's documentation]. */
export const TOKEN_LIFE_MS: number = 90 * 24 * 60 * 60 * 1000;

/** How a request has shown who it comes from. */
export type AuthMode = "api-key" | "bearer";

/** Who may come in. */
export interface GateOptions {
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly bearerTokens: readonly string[];
  readonly maxSkewMs: number;
  readonly startUnixMs: number;
}

/** The mode, or a refusal and what a person should know about it. */
export type GateVerdict = { readonly mode: AuthMode } | { readonly refusal: Refusal; readonly hint: string };

/** Lets requests in: by signature (API key) or by bearer token (OAuth). Its hints never hold a secret. */
export class Gate {
  readonly #options: GateOptions;
  /** When each access token ends, in Unix milliseconds. */
  readonly #accessTokens = new Map<string, number>();
  readonly #bearerTokens = new Map<string, number>();
  /** Timestamps with signatures, oldest first. */
  readonly #seen = new Set<string>();
  #refreshes = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#accessTokens.set(options.accessToken, options.startUnixMs + TOKEN_LIFE_MS);
    for (const token of options.bearerTokens) this.#bearerTokens.set(token, Number.POSITIVE_INFINITY);
  }

  async judge(call: HttpCall, nowUnixMs: number): Promise<GateVerdict> {
    const bearer = /^Bearer (.+)$/.exec(call.headers.get("authorization") ?? "")?.[1];
    if (bearer === undefined) return this.#judgeSigned(call, nowUnixMs);
    return tokenProblem(this.#bearerTokens.get(bearer), nowUnixMs) ?? { mode: "bearer" };
  }

  /** Ends a token at once, of either mode. False when there is none such. */
  expire(token: string): boolean {
    const tokens = [this.#accessTokens, this.#bearerTokens].filter((each) => each.has(token));
    for (const each of tokens) each.set(token, Number.NEGATIVE_INFINITY);
    return tokens.length > 0;
  }

  /** Gives a new access token; the one that asked for it ends. */
  refresh(oldToken: string, expiresUnixMs: number): string {
    this.#accessTokens.set(oldToken, Number.NEGATIVE_INFINITY);
    const token = `${this.#options.accessToken}-${++this.#refreshes}`;
    this.#accessTokens.set(token, expiresUnixMs);
    return token;
  }

  async #judgeSigned(call: HttpCall, nowUnixMs: number): Promise<GateVerdict> {
    const { headers } = call;
    if (headers.get("x-api-key") !== this.#options.appKey) return refuse(403_203, "X-Api-Key is missing or another");
    const problem = tokenProblem(this.#accessTokens.get(headers.get("authorization") ?? ""), nowUnixMs);
    if (problem !== undefined) return problem;

    const timestampText = headers.get("x-timestamp") ?? "";
    const timestamp = parseTimestamp(timestampText);
    if (timestamp === undefined)
      return refuse(403_201, "X-Timestamp is neither seconds nor milliseconds since 1970, or is there twice");
    const aheadMs = timestamp.unixMs - nowUnixMs;
    if (Math.abs(aheadMs) > this.#options.maxSkewMs)
      return refuse(403_201, `X-Timestamp is ${Math.abs(aheadMs)} ms ${aheadMs > 0 ? "ahead" : "behind"}`);

    const claim = parseSignature(headers.get("x-api-signature") ?? "");
    if (claim === undefined) return refuse(403_201, "X-Api-Signature is missing or has another form");
    if (claim.algorithm !== "HMAC-SHA256") return refuse(403_201, `${claim.algorithm} is not supported by this fake`);
    const expected = await expectedSignature(call, claim.signedHeaders, this.#options.appSecret);
    if (expected === undefined) return refuse(403_201, "SignedHeaders names a header that was not sent");
    if (expected !== claim.signature)
      return refuse(403_201, `the signature over ${claim.signedHeaders.join(";")} is another than the expected one`);

    const mark = `${timestampText} ${claim.signature}`;
    // The official client signs by the second, so that its second reading within one looks like a repetition.
    if (!timestamp.isWholeSecond && this.#seen.has(mark))
      return refuse(403_202, "the same timestamp and signature came before: sign each request anew");
    this.#remember(mark);
    return { mode: "api-key" };
  }

  #remember(mark: string): void {
    this.#seen.add(mark);
    const [oldest = ""] = this.#seen;
    if (this.#seen.size > MAX_REMEMBERED) this.#seen.delete(oldest);
  }
}

/** LongPort's codes for those who are not let in, with the vendor's words for them. */
const refusals: Readonly<Record<number, Refusal>> = {
  401003: refusal(401_003, "token expired", 401),
  401004: refusal(401_004, "token invalid", 401),
  403201: refusal(403_201, "signature invalid", 403),
  403202: refusal(403_202, "duplicate request", 403),
  403203: refusal(403_203, "apikey illegal", 403),
};

function refuse(code: number, hint: string): GateVerdict {
  return { refusal: refusals[code]!, hint };
}

function tokenProblem(expiresUnixMs: number | undefined, nowUnixMs: number): GateVerdict | undefined {
  if (expiresUnixMs === undefined) return refuse(401_004, "Authorization is missing or no known token");
  return nowUnixMs >= expiresUnixMs ? refuse(401_003, "the token has ended") : undefined;
}
