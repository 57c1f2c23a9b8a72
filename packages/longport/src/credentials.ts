import type { Clock } from "@tickwire/session/parts";
import { configError } from "./config.ts";
import { LongPortError } from "./errors.ts";
import type { ApiKeyCredentials, BearerCredentials, LongPortOptions } from "./options.ts";
import { type SignInput, sign } from "./sign.ts";

/** What is sent of a request, as far as a signature covers it. */
export type Signable = Pick<SignInput, "method" | "path" | "query" | "body">;

/** The headers that authorize one attempt. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** What may never stand in an error. */
  readonly secrets: readonly string[];
}

/** One way to authorize requests. */
export interface Credentials {
  /** True where requests carry a signature, and with it our time. */
  readonly isSigned: boolean;
  /** True where another token may be had when the server refuses this one. */
  readonly canRenew: boolean;
  /** @param refused True when the server has just refused what this gave before. */
  authorize(request: Signable, refused: boolean): Promise<Authorization>;
  /** Takes a new access token; from the next request on it is the one. Absent in OAuth mode. */
  adopt?(accessToken: string): void;
}

/** @throws {LongPortError} `LONGPORT_CONFIG` */
export function credentialsOf(options: LongPortOptions, clock: Clock): Credentials {
  if (options.bearer !== undefined) return new Bearer(options);
  return new ApiKey(options, clock);
}

/** How far timestamps may run ahead of the clock, in milliseconds. */
const MAX_STEP_BACK_MS = 60_000;

class ApiKey implements Credentials {
  readonly isSigned = true;
  readonly canRenew = false;
  readonly #clock: Clock;
  readonly #appKey: string;
  readonly #appSecret: string;
  #accessToken: string;
  #lastTimestamp = 0;

  constructor({ appKey, appSecret, accessToken }: ApiKeyCredentials, clock: Clock) {
    this.#appKey = headerValue("appKey", appKey);
    this.#accessToken = headerValue("accessToken", accessToken);
    if (typeof appSecret !== "string" || appSecret === "") throw configError("appSecret is missing");
    this.#appSecret = appSecret;
    this.#clock = clock;
  }

  async authorize(request: Signable): Promise<Authorization> {
    const [appKey, appSecret, accessToken] = [this.#appKey, this.#appSecret, this.#accessToken];
    // The server refuses a second request with the same signature (403202), so no two of ours have the same time.
    // A clock that was set back by more than a little is followed all the same: it was wrong before.
    const now = Math.floor(this.#clock.unixMs());
    const isSetBack = now < this.#lastTimestamp - MAX_STEP_BACK_MS;
    this.#lastTimestamp = isSetBack ? now : Math.max(this.#lastTimestamp + 1, now);
    const timestamp = String(this.#lastTimestamp);
    const signature = await sign({ ...request, appKey, appSecret, accessToken, timestamp });
    return {
      headers: {
        authorization: accessToken,
        "x-api-key": appKey,
        "x-timestamp": timestamp,
        "x-api-signature": signature,
        ...dataCentre([appKey, appSecret, accessToken]),
      },
      secrets: [appSecret, accessToken, signature.slice(signature.lastIndexOf("=") + 1)],
    };
  }

  adopt(accessToken: string): void {
    this.#accessToken = headerValue("accessToken", accessToken);
  }
}

class Bearer implements Credentials {
  readonly isSigned = false;
  readonly canRenew: boolean;
  readonly #give: (refused: boolean) => string | Promise<string>;
  /** A renewal that is under way: calls that were refused together share it, because refresh tokens serve once. */
  #renewal: Promise<string> | undefined;

  constructor({ bearer }: BearerCredentials) {
    this.canRenew = typeof bearer === "function";
    const token = typeof bearer === "function" ? undefined : headerValue("bearer", bearer);
    this.#give = token === undefined ? (bearer as () => string) : () => token;
  }

  async authorize(_request: Signable, refused: boolean): Promise<Authorization> {
    const token = await (refused ? this.#renew() : this.#ask(false));
    return { headers: { authorization: `Bearer ${token}`, ...dataCentre([token]) }, secrets: [token] };
  }

  #renew(): Promise<string> {
    this.#renewal ??= this.#ask(true).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #ask(refused: boolean): Promise<string> {
    try {
      return headerValue("what the bearer function gave", await this.#give(refused));
    } catch (cause) {
      if (cause instanceof LongPortError) throw cause;
      throw new LongPortError("LONGPORT_AUTH", "the bearer function failed", { cause });
    }
  }
}

/** Credentials of the US data centre start with `us_`; without the header the server takes a request for the other one. */
function dataCentre(credentials: readonly string[]): { "x-dc-region"?: "us" } {
  return credentials.some((credential) => credential.startsWith("us_")) ? { "x-dc-region": "us" } : {};
}

/** Checked here because `fetch` repeats a value that it refuses in its error. */
function headerValue(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw configError(`${name} is missing`);
  if (!/^[\x21-\x7e]+$/.test(value))
    throw configError(`${name} has a character that no header can carry: is there a blank or a line break in it?`);
  return value;
}
