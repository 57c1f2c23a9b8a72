import type { TickwireError } from "@tickwire/codec";
import type { LongPort, LongPortError, WatchlistGroup } from "@tickwire/longport";
import { telling, WatchlistError, type WatchlistErrorCode } from "./errors.ts";
import { findGroup, nativeSymbols } from "./groups.ts";
import { fromLongPortSymbol, type Mapped, toLongPortSymbol } from "./symbol.ts";
import type { CallOptions, Capabilities, Group, Item, RemoveOptions, Watchlist } from "./types.ts";

/** What is used of a client of LongPort. */
export interface LongPortClient {
  readonly watchlist: Pick<LongPort["watchlist"], "list" | "create" | "update" | "delete">;
}

/**
 * The watchlist of a LongPort (Longbridge) account. A group's id is that of LongPort with `#` before it, `#28020`, so that no
 * name is taken for an id. A call that names its group by name lists the groups first.
 *
 * The views that LongPort makes itself, such as holdings, cannot be changed; of the groups of markets it does not tell, and
 * refuses. A security that is added to a group is in the group `all` as well.
 */
export function fromLongPort(client: LongPortClient): Watchlist {
  return new LongPortWatchlist(client);
}

const capabilities: Capabilities = Object.freeze({
  create: true,
  rename: true,
  delete: true,
  reorder: true,
  removeEverywhere: false,
  minPollMs: 1000,
});

const told = telling(codeOf);

class LongPortWatchlist implements Watchlist {
  readonly #client: LongPortClient;

  constructor(client: LongPortClient) {
    this.#client = client;
  }

  capabilities(): Capabilities {
    return capabilities;
  }

  async groups(options?: CallOptions): Promise<Group[]> {
    return (await this.#list(options)).map(toGroup);
  }

  async find(group: string, options?: CallOptions): Promise<Group> {
    return toGroup(await this.#find(group, options));
  }

  async items(group: string, options?: CallOptions): Promise<Item[]> {
    return (await this.#find(group, options)).securities.map(({ symbol, name }) => ({
      symbol: fromLongPortSymbol(symbol),
      name: name === "" ? undefined : name,
      nativeId: symbol,
    }));
  }

  async add(group: string, symbols: string | readonly string[], options?: CallOptions): Promise<void> {
    const securities = nativeSymbols(symbols, toLongPortSymbol);
    const id = await this.#idOf(group, options);
    await told(`add to ${group}`, this.#client.watchlist.update(id, { securities, mode: "add" }, options));
  }

  async remove(group: string, symbols: string | readonly string[], options: RemoveOptions = {}): Promise<void> {
    const { everywhere = false, ...callOptions } = options;
    if (everywhere)
      throw new WatchlistError(
        "WATCHLIST_CANNOT",
        "LongPort has no call that removes from every group: remove from each of them",
      );
    const securities = nativeSymbols(symbols, toLongPortSymbol);
    const id = await this.#idOf(group, callOptions);
    await told(`remove from ${group}`, this.#client.watchlist.update(id, { securities, mode: "remove" }, callOptions));
  }

  async create(name: string, options?: CallOptions): Promise<Group> {
    const id = await told(`create ${name}`, this.#client.watchlist.create(name, [], options));
    return toGroup({ id, name, isReadOnly: false });
  }

  async rename(group: string, name: string, options?: CallOptions): Promise<void> {
    const id = await this.#idOf(group, options);
    await told(`rename ${group}`, this.#client.watchlist.update(id, { name }, options));
  }

  async delete(group: string, options?: CallOptions): Promise<void> {
    const id = await this.#idOf(group, options);
    await told(`delete ${group}`, this.#client.watchlist.delete(id, options));
  }

  async reorder(group: string, symbols: readonly string[], options?: CallOptions): Promise<void> {
    const securities = nativeSymbols(symbols, toLongPortSymbol);
    const { id, isReadOnly, securities: present } = await this.#find(group, options);
    checkWritable(group, isReadOnly);
    const given = new Set(securities);
    if (present.length !== given.size || !present.every(({ symbol }) => given.has(symbol)))
      throw new WatchlistError("WATCHLIST_CHANGED", `reorder ${group}: it holds other securities; read it again`);
    await told(`reorder ${group}`, this.#client.watchlist.update(id, { securities, mode: "replace" }, options));
  }

  native(_group: string, symbol: string): Mapped {
    return toLongPortSymbol(symbol);
  }

  #list(options: CallOptions | undefined): Promise<WatchlistGroup[]> {
    return told("groups", this.#client.watchlist.list(options));
  }

  async #find(group: string, options: CallOptions | undefined): Promise<WatchlistGroup> {
    const list = await this.#list(options);
    const { id } = findGroup(list.map(toGroup), group);
    return list.find((each) => toGroup(each).id === id) as WatchlistGroup;
  }

  /** The id of a group that is to be changed. */
  async #idOf(group: string, options: CallOptions | undefined): Promise<bigint> {
    const [, digits] = /^#(-?\d{1,19})$/.exec(group) ?? [];
    if (digits === undefined) {
      const { id, isReadOnly } = await this.#find(group, options);
      checkWritable(group, isReadOnly);
      return id;
    }
    checkWritable(group, digits.startsWith("-"));
    return BigInt(digits);
  }
}

const toGroup = ({ id, name, isReadOnly }: Pick<WatchlistGroup, "id" | "name" | "isReadOnly">): Group => ({
  id: `#${id}`,
  name,
  source: "longport",
  isReadOnly,
  isShadowed: false,
});

function checkWritable(group: string, isReadOnly: boolean): void {
  if (isReadOnly)
    throw new WatchlistError(
      "WATCHLIST_READ_ONLY",
      `${group} is a view that LongPort makes itself: copy it into a group of your own`,
    );
}

/** 701006: at most 1000 securities on the watchlist [longbridge/developers#983]. */
function codeOf(error: TickwireError): WatchlistErrorCode | undefined {
  if (error.code !== "LONGPORT_SERVER" || error.outcome !== "rejected") return undefined;
  return (error as LongPortError).serverCode === 701_006 ? "WATCHLIST_FULL" : "WATCHLIST_REFUSED";
}
