import { LongPortError } from "./errors.ts";
import type { Http } from "./http.ts";
import { fieldsOf, integerOf } from "./json.ts";
import type { CallOptions } from "./options.ts";
import { checkDeleteOptions, checkId, checkName, checkSecurities, checkUpdate } from "./watchlist-input.ts";
import { readGroups } from "./watchlist-reply.ts";
import type { DeleteOptions, GroupId, GroupUpdate, WatchlistGroup } from "./watchlist-types.ts";

const GROUPS = "/v1/watchlist/groups";
const PINNED = "/v1/watchlist/pinned";

/**
 * The watchlist of the account. Endpoints and fields: the vendor's documentation and what its SDKs send.
 *
 * Every method rejects with a {@link LongPortError}. After a write that failed look at its `outcome`.
 */
export class Watchlist {
  readonly #http: Http;

  /** @internal Use `LongPort.watchlist`. */
  constructor(http: Http) {
    this.#http = http;
  }

  /** All groups with their securities, the views that LongPort makes itself among them. `GET /v1/watchlist/groups` */
  async list(options?: CallOptions): Promise<WatchlistGroup[]> {
    const { data, ...origin } = await this.#http.request({ method: "GET", path: GROUPS, effect: "read" }, options);
    return readGroups(data, (problem) => {
      throw new LongPortError("LONGPORT_BAD_REPLY", problem, {
        operation: `GET ${GROUPS}`,
        outcome: "unknown",
        ...origin,
      });
    });
  }

  /**
   * Creates a group and gives its id. `POST /v1/watchlist/groups`
   * @param name At least one character. It is sent as UTF-8; LongPort is known to refuse names that are not ASCII, with
   * `LONGPORT_SERVER` and the server's code 500000.
   * @param securities Shown in this order, for example `["700.HK", "AAPL.US"]`; none for an empty group.
   * @throws {LongPortError} `LONGPORT_NO_ID` when the reply has no id: list the groups before you create it again.
   */
  async create(name: string, securities: readonly string[] = [], options?: CallOptions): Promise<bigint> {
    const content = {
      name: checkName(name),
      ...(checkSecurities(securities).length === 0 ? undefined : { securities }),
    };
    const { data, ...origin } = await this.#http.request(
      { method: "POST", path: GROUPS, effect: "write", body: JSON.stringify(content) },
      options,
    );
    const id = integerOf(fieldsOf(data)["id"]);
    if (id !== undefined && id > 0n) return id;
    const problem =
      "the server says that it did it, but not the id: the group may exist, so list the groups before you repeat it";
    throw new LongPortError("LONGPORT_NO_ID", problem, { operation: `POST ${GROUPS}`, outcome: "unknown", ...origin });
  }

  /**
   * Changes the name of a group, its securities, or both. `PUT /v1/watchlist/groups`
   * @param id Of a group that is not read-only.
   */
  async update(id: GroupId, update: GroupUpdate, options?: CallOptions): Promise<void> {
    const rest = JSON.stringify(checkUpdate(update));
    // By hand, because JSON.stringify has no way to write 64-bit integers as numbers, which the vendor's SDKs send.
    const body = `{"id":${checkId(id)},${rest.slice(1)}`;
    await this.#http.request({ method: "PUT", path: GROUPS, effect: "write", body }, options);
  }

  /**
   * Deletes a group. `DELETE /v1/watchlist/groups`
   *
   * The id goes into the query, as by the vendor's Rust and Node SDKs and its OpenAPI document; the vendor's pages and its Go
   * SDK put it into a body, which some proxies drop from a DELETE.
   * @param id Of a group that is not read-only.
   */
  async delete(id: GroupId, options: DeleteOptions = {}): Promise<void> {
    const { purge = false, ...callOptions } = checkDeleteOptions(options);
    const query = { id: String(checkId(id)), purge: String(purge) };
    await this.#http.request({ method: "DELETE", path: GROUPS, query, effect: "write" }, callOptions);
  }

  /** Pins securities to the top, in every group. `POST /v1/watchlist/pinned` */
  async pin(securities: readonly string[], options?: CallOptions): Promise<void> {
    await this.#setPinned("add", securities, options);
  }

  /** Takes securities off the top, in every group. `POST /v1/watchlist/pinned` */
  async unpin(securities: readonly string[], options?: CallOptions): Promise<void> {
    await this.#setPinned("remove", securities, options);
  }

  async #setPinned(mode: "add" | "remove", securities: readonly string[], options?: CallOptions): Promise<void> {
    const body = JSON.stringify({ mode, securities: checkSecurities(securities) });
    await this.#http.request({ method: "POST", path: PINNED, effect: "write", body }, options);
  }
}
