import type { LongPortFixture, LongPortFixtureSecurity } from "./longport-fixture.ts";
import { invalid, type Refusal, refusal } from "./longport-http.ts";
import { marketOf } from "./longport-symbol.ts";

/** What `purge` of a deletion does to the group's securities: see `FakeLongPortOptions.purge`. */
export type PurgeMeaning = "unfollow" | "group-only";

/** How an update changes a group's securities. */
export type UpdateMode = "add" | "remove" | "replace";

/** A group as the service sends it. */
export interface SentGroup {
  /** A whole number as text. */
  readonly id: string;
  readonly name: string;
  readonly securities: readonly SentSecurity[];
}

/** A security of a group as the service sends it. */
export interface SentSecurity {
  readonly symbol: string;
  readonly market: string;
  readonly name: string;
  /** A decimal number as text; empty when there is none. */
  readonly watched_price: string;
  /** Unix seconds as text. */
  readonly watched_at: string;
  readonly is_pinned: boolean;
}

type Group =
  | { readonly type: "market"; readonly id: bigint; readonly name: string; readonly market: string }
  | { readonly type: "view"; readonly id: bigint; readonly name: string; readonly members: readonly string[] }
  | ListGroup;

/** A group that can be changed. Its members are replaced as a whole, so that a refused request changes nothing. */
interface ListGroup {
  readonly type: "all" | "custom";
  readonly id: bigint;
  name: string;
  members: readonly string[];
}

interface Watched {
  readonly atUnixSeconds: number;
  readonly isPinned: boolean;
}

/** The id of the first group that is created, as in the vendor's sample. */
const FIRST_NEW_ID = 10_086n;

export interface LongPortWatchlistsOptions {
  readonly fixture: LongPortFixture;
  /** How many securities the account's watchlist holds at most. */
  readonly maxSecurities: number;
  readonly purge: PurgeMeaning;
  /** Unix seconds. */
  readonly now: () => number;
}

/**
 * The watchlist of the account. Symbols are checked by the caller. What returns a {@link Refusal} has then changed nothing.
 */
export class LongPortWatchlists {
  readonly #options: LongPortWatchlistsOptions;
  readonly #securities: ReadonlyMap<string, LongPortFixtureSecurity>;
  /** In the order of the app. */
  readonly #groups: Group[];
  /** Holds every security of the watchlist. */
  readonly #all: ListGroup;
  /** By symbol: what is known of each security in `#all`. */
  readonly #watched: Map<string, Watched>;

  constructor(options: LongPortWatchlistsOptions) {
    const { securities, groups } = options.fixture;
    this.#options = options;
    this.#securities = new Map(securities.map((security) => [security.symbol, security]));
    this.#groups = groups.map((group): Group => {
      if (group.type === "market") return group;
      const { type, id, name, securities: members } = group;
      return { type, id, name, members };
    });
    const all = this.#groups.find((group): group is ListGroup => group.type === "all");
    if (all === undefined)
      throw new TypeError('the fixture has no group of type "all": make it with parseLongPortFixture');
    this.#all = all;
    for (const group of this.#groups) if (group.type === "custom") all.members = withAdded(all.members, group.members);
    this.#watched = new Map(
      securities.map(({ symbol, watchedAt, isPinned }) => [symbol, { atUnixSeconds: watchedAt, isPinned }]),
    );
  }

  list(): readonly SentGroup[] {
    return this.#groups.map((group) => ({
      id: String(group.id),
      name: group.name,
      securities: this.#membersOf(group).map((symbol) => this.#sent(symbol)),
    }));
  }

  /** @returns The new group's id. */
  create(name: string, symbols: readonly string[]): bigint | Refusal {
    const followed = this.#follow(symbols);
    if (followed !== undefined) return followed;
    let id = FIRST_NEW_ID;
    while (this.#groups.some((group) => group.id === id)) id++;
    this.#groups.push({ type: "custom", id, name, members: withAdded([], symbols) });
    return id;
  }

  /** Renames when there is a name, and changes the securities when there are some. */
  update(
    id: bigint,
    change: {
      readonly name: string | undefined;
      readonly securities: readonly string[] | undefined;
      readonly mode: UpdateMode;
    },
  ): Refusal | undefined {
    const group = this.#changeable(id);
    if ("code" in group) return group;
    const { name, securities, mode } = change;
    if (name !== undefined && group.type === "all") return invalid(`group ${id} cannot be renamed`);
    const problem = securities && this.#change(group, securities, mode);
    if (problem === undefined && name !== undefined) group.name = name;
    return problem;
  }

  delete(id: bigint, isPurge: boolean): Refusal | undefined {
    const group = this.#changeable(id);
    if ("code" in group) return group;
    if (group.type === "all") return invalid(`group ${id} cannot be deleted`);
    this.#groups.splice(this.#groups.indexOf(group), 1);
    if (isPurge && this.#options.purge === "unfollow") this.#unfollow(group.members);
    return undefined;
  }

  /** Pins or unpins in the whole account. */
  pin(symbols: readonly string[], isPinned: boolean): Refusal | undefined {
    const stranger = symbols.find((symbol) => !this.#all.members.includes(symbol));
    if (isPinned && stranger !== undefined) return invalid(`${stranger} is not on the watchlist`);
    for (const symbol of symbols) {
      const watched = this.#watched.get(symbol);
      if (watched !== undefined) this.#watched.set(symbol, { ...watched, isPinned });
    }
    return undefined;
  }

  #change(group: ListGroup, symbols: readonly string[], mode: UpdateMode): Refusal | undefined {
    if (mode === "remove") {
      if (group.type === "all") this.#unfollow(symbols);
      else group.members = without(group.members, symbols);
      return undefined;
    }
    const problem = this.#follow(symbols, mode === "replace" && group.type === "all");
    if (problem !== undefined) return problem;
    if (mode === "add") group.members = withAdded(group.members, symbols);
    else if (group.type === "custom") group.members = withAdded([], symbols);
    else {
      // `all` holds nothing that it was not told to hold, so the rest leaves the other groups too.
      this.#unfollow(without(group.members, symbols));
      group.members = withAdded([], symbols);
    }
    return undefined;
  }

  /** Puts securities on the watchlist; with `isWhole` they will be all of it. */
  #follow(symbols: readonly string[], isWhole = false): Refusal | undefined {
    const members = withAdded(this.#all.members, symbols);
    const count = isWhole ? new Set(symbols).size : members.length;
    // A watchlist that the fixture overfilled may be kept, but takes nothing more.
    if (count > this.#options.maxSecurities && count > this.#all.members.length)
      return refusal(701_006, "exceed_limit_error");
    const atUnixSeconds = this.#options.now();
    for (const symbol of without(symbols, this.#all.members))
      this.#watched.set(symbol, { atUnixSeconds, isPinned: false });
    this.#all.members = members;
    return undefined;
  }

  /** Takes securities off the watchlist: out of every group but the views. */
  #unfollow(symbols: readonly string[]): void {
    for (const group of this.#groups)
      if (group.type === "all" || group.type === "custom") group.members = without(group.members, symbols);
    for (const symbol of symbols) this.#watched.delete(symbol);
  }

  #changeable(id: bigint): ListGroup | Refusal {
    const group = this.#groups.find((each) => each.id === id);
    if (group === undefined) return invalid(`there is no group ${id}`);
    return group.type === "all" || group.type === "custom" ? group : invalid(`group ${id} is read-only`);
  }

  #membersOf(group: Group): readonly string[] {
    if (group.type !== "market") return group.members;
    return this.#all.members.filter((symbol) => marketOf(symbol) === group.market);
  }

  #sent(symbol: string): SentSecurity {
    const security = this.#securities.get(symbol);
    const watched = this.#watched.get(symbol);
    return {
      symbol,
      market: marketOf(symbol),
      name: security?.name ?? symbol,
      watched_price: security?.watchedPrice ?? "",
      // A view can show a security that was taken off the watchlist.
      watched_at: String(watched?.atUnixSeconds ?? security?.watchedAt ?? 0),
      is_pinned: watched?.isPinned ?? false,
    };
  }
}

function withAdded(members: readonly string[], symbols: readonly string[]): readonly string[] {
  return [...new Set([...members, ...symbols])];
}

function without(members: readonly string[], symbols: readonly string[]): readonly string[] {
  return members.filter((member) => !symbols.includes(member));
}
