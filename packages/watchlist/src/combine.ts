import { invalidArgument, WatchlistError } from "./errors.ts";
import type { Mapped } from "./symbol.ts";
import type { CallOptions, Capabilities, Group, Item, RemoveOptions, Watchlist } from "./types.ts";

/** Several watchlists as one. Its groups are named by source and group: `longport:HK tech`, `longport:#28020`, `futu:Tech`. */
export interface CombinedWatchlist<S extends string = string> extends Watchlist {
  readonly sources: Readonly<Record<S, Watchlist>>;
}

/**
 * Makes several watchlists one: `combine({ futu: fromFutu(client), longport: fromLongPort(lp) })`.
 * @param sources By names without a colon, which come before the groups: `all.add("longport:HK tech", "700.HK")`.
 * @throws {WatchlistError} `WATCHLIST_INVALID_ARGUMENT`
 */
export function combine<S extends string>(sources: Readonly<Record<S, Watchlist>>): CombinedWatchlist<S> {
  return new Combined(sources);
}

class Combined<S extends string> implements CombinedWatchlist<S> {
  readonly sources: Readonly<Record<S, Watchlist>>;
  readonly #entries: ReadonlyArray<readonly [source: string, watchlist: Watchlist]>;

  constructor(sources: Readonly<Record<S, Watchlist>>) {
    this.sources = sources;
    this.#entries = Object.entries(sources);
    const [wrong] = this.#entries.find(([source]) => source === "" || source.includes(":")) ?? [];
    if (wrong !== undefined)
      throw invalidArgument(`the source ${JSON.stringify(wrong)} must have a name without a colon`);
    if (this.#entries.length === 0) throw invalidArgument("combine needs at least one watchlist");
  }

  capabilities(group?: string): Capabilities {
    if (group !== undefined) {
      const [watchlist, inner] = this.#of(group);
      return watchlist.capabilities(inner);
    }
    const each = this.#entries.map(([, watchlist]) => watchlist.capabilities());
    return {
      create: each.every(({ create }) => create),
      rename: each.every(({ rename }) => rename),
      delete: each.every((can) => can.delete),
      reorder: each.every(({ reorder }) => reorder),
      removeEverywhere: each.every(({ removeEverywhere }) => removeEverywhere),
      minPollMs: Math.max(...each.map(({ minPollMs }) => minPollMs)),
    };
  }

  async groups(options?: CallOptions): Promise<Group[]> {
    const lists = this.#entries.map(async ([source, watchlist]) =>
      (await watchlist.groups(options)).map((group) => named(source, group)),
    );
    return (await Promise.all(lists)).flat();
  }

  async find(group: string, options?: CallOptions): Promise<Group> {
    const [watchlist, inner, source] = this.#of(group);
    return named(source, await watchlist.find(inner, options));
  }

  async items(group: string, options?: CallOptions): Promise<Item[]> {
    const [watchlist, inner] = this.#of(group);
    return watchlist.items(inner, options);
  }

  async add(group: string, symbols: string | readonly string[], options?: CallOptions): Promise<void> {
    const [watchlist, inner] = this.#of(group);
    await watchlist.add(inner, symbols, options);
  }

  async remove(group: string, symbols: string | readonly string[], options?: RemoveOptions): Promise<void> {
    const [watchlist, inner] = this.#of(group);
    await watchlist.remove(inner, symbols, options);
  }

  async create(name: string, options?: CallOptions): Promise<Group> {
    const [watchlist, inner, source] = this.#of(name);
    return named(source, await watchlist.create(inner, options));
  }

  async rename(group: string, name: string, options?: CallOptions): Promise<void> {
    const [watchlist, inner] = this.#of(group);
    await watchlist.rename(inner, name, options);
  }

  async delete(group: string, options?: CallOptions): Promise<void> {
    const [watchlist, inner] = this.#of(group);
    await watchlist.delete(inner, options);
  }

  async reorder(group: string, symbols: readonly string[], options?: CallOptions): Promise<void> {
    const [watchlist, inner] = this.#of(group);
    await watchlist.reorder(inner, symbols, options);
  }

  native(group: string, symbol: string): Mapped {
    const [watchlist, inner] = this.#of(group);
    return watchlist.native(inner, symbol);
  }

  #of(group: string): readonly [watchlist: Watchlist, group: string, source: string] {
    const colon = group.indexOf(":");
    const source = group.slice(0, Math.max(colon, 0));
    const [, watchlist] = this.#entries.find(([name]) => name === source) ?? [];
    if (watchlist !== undefined) return [watchlist, group.slice(colon + 1), source];
    const example = this.#entries.map(([name]) => `"${name}:…"`).join(" or ");
    throw new WatchlistError(
      "WATCHLIST_NO_GROUP",
      `${JSON.stringify(group)} names no source: write the source, a colon and the group, ${example}`,
    );
  }
}

const named = (source: string, group: Group): Group => ({ ...group, source, id: `${source}:${group.id}` });
