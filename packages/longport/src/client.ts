import { checkOptions } from "./call.ts";
import { configOf } from "./config.ts";
import { type Credentials, credentialsOf } from "./credentials.ts";
import { type Env, type EnvOverrides, optionsFromEnv, processEnv } from "./env.ts";
import { invalidArgument } from "./errors.ts";
import { Http } from "./http.ts";
import type { LongPortOptions } from "./options.ts";
import { type AccessToken, type RefreshOptions, refreshAccessToken } from "./token.ts";
import { Watchlist } from "./watchlist.ts";

/**
 * A client of LongPort's (Longbridge's) API. It connects to nothing by itself and has nothing to close.
 *
 * ```ts
 * const lp = LongPort.fromEnv();
 * const id = await lp.watchlist.create("Watchlist1", ["700.HK", "AAPL.US"]);
 * ```
 */
export class LongPort {
  /** The account's watchlist. */
  readonly watchlist: Watchlist;
  /** @internal For what is not a member, so that it costs nothing where it is not used. */
  readonly http: Http;
  readonly #credentials: Credentials;

  /** @throws {LongPortError} `LONGPORT_CONFIG` */
  constructor(options: LongPortOptions) {
    const config = configOf(options);
    this.#credentials = credentialsOf(options, config.clock);
    this.http = new Http(config, this.#credentials);
    this.watchlist = new Watchlist(this.http);
  }

  /**
   * Takes `APP_KEY`, `APP_SECRET`, `ACCESS_TOKEN`, `HTTP_URL`, `REGION` and `LANGUAGE` from the environment, each as
   * `LONGBRIDGE_…` or else as `LONGPORT_…`.
   * @param env Default: the process's environment. In a browser there is none.
   * @param overrides Options that go before the environment.
   * @throws {LongPortError} `LONGPORT_CONFIG`
   */
  static fromEnv(env: Env = processEnv(), overrides: EnvOverrides = {}): LongPort {
    return new LongPort(optionsFromEnv(env, overrides));
  }

  /**
   * Gets a new access token in API-key mode, and uses it from then on. The old one dies, also for other programs; calls that
   * are under way may be refused. `GET /v1/token/refresh`
   * @throws {LongPortError} After `outcome: "unknown"` the old token may be dead.
   */
  async refreshToken(options: RefreshOptions = {}): Promise<AccessToken> {
    const { adopt = true, ...rest } = checkOptions(options);
    if (this.#credentials.adopt === undefined)
      throw invalidArgument("in OAuth mode tokens come from the `bearer` function, not from here");
    const token = await refreshAccessToken(this.http, this.http.config.clock.unixMs(), rest);
    if (adopt) this.#credentials.adopt(token.token);
    return token;
  }
}
