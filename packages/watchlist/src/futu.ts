import { formatSymbol, GroupType, ModifyUserSecurityOp, type TickwireError } from "@tickwire/codec";
import type { Client, OpenDError } from "@tickwire/session";
import { telling, WatchlistError, type WatchlistErrorCode } from "./errors.ts";
import { findGroup, nativeSymbols } from "./groups.ts";
import { fromFutuSymbol, type Mapped, toFutuSymbol } from "./symbol.ts";
import type { CallOptions, Capabilities, Group, Item, RemoveOptions, Watchlist } from "./types.ts";

/** What is used of a client of OpenD. */
export type FutuClient = Pick<Client, "getUserSecurity" | "getUserSecurityGroup" | "modifyUserSecurity">;

/**
 * The watchlist of a Futu or moomoo account, by a client of OpenD: groups by 3222, securities by 3213, changes by 3214, each
 * at most ten times in 30 seconds, for which the client waits.
 *
 * OpenD goes by names, which need not be unique: of several groups of one name the first is taken, the others are
 * `isShadowed`. It cannot create, rename, delete or reorder groups. System groups cannot be changed.
 */
export function fromFutu(client: FutuClient): Watchlist {
  return new FutuWatchlist(client);
}

/** Of OpenD's ten reads in 30 seconds a watch takes at most three quarters; the rest is for others. */
const capabilities: Capabilities = Object.freeze({
  create: false,
  rename: false,
  delete: false,
  reorder: false,
  removeEverywhere: true,
  minPollMs: 4000,
});

const told = telling(codeOf);

class FutuWatchlist implements Watchlist {
  readonly #client: FutuClient;

  constructor(client: FutuClient) {
    this.#client = client;
  }

  capabilities(): Capabilities {
    return capabilities;
  }

  async groups(options?: CallOptions): Promise<Group[]> {
    const list = await told("groups", this.#client.getUserSecurityGroup({}, options));
    const ids = new Set(list.map(({ groupName }) => groupName));
    const seen = new Set<string>();
    return list.map(({ groupName: name, groupType }) => {
      const isShadowed = seen.has(name);
      seen.add(name);
      const id = isShadowed ? freeId(name, ids) : name;
      ids.add(id);
      return { id, name, source: "futu", isReadOnly: groupType !== GroupType.Custom, isShadowed };
    });
  }

  async find(group: string, options?: CallOptions): Promise<Group> {
    return findGroup(await this.groups(options), group);
  }

  async items(group: string, options?: CallOptions): Promise<Item[]> {
    const list = await this.#ofGroup(`items of ${group}`, group, this.#client.getUserSecurity(group, options), options);
    return list.map(({ basic: { security, name } }) => ({
      symbol: fromFutuSymbol(security),
      name: name === "" ? undefined : name,
      nativeId: formatSymbol(security),
    }));
  }

  async add(group: string, symbols: string | readonly string[], options?: CallOptions): Promise<void> {
    await this.#modify(`add to ${group}`, group, ModifyUserSecurityOp.Add, symbols, options);
  }

  async remove(group: string, symbols: string | readonly string[], options: RemoveOptions = {}): Promise<void> {
    const { everywhere = false, ...callOptions } = options;
    const op = everywhere ? ModifyUserSecurityOp.Del : ModifyUserSecurityOp.MoveOut;
    await this.#modify(`remove from ${group}`, group, op, symbols, callOptions);
  }

  create(): Promise<Group> {
    return cannot("create");
  }

  rename(): Promise<void> {
    return cannot("rename");
  }

  delete(): Promise<void> {
    return cannot("delete");
  }

  reorder(): Promise<void> {
    return cannot("reorder");
  }

  native(_group: string, symbol: string): Mapped {
    return toFutuSymbol(symbol);
  }

  async #modify(
    what: string,
    group: string,
    op: ModifyUserSecurityOp,
    symbols: string | readonly string[],
    options: CallOptions | undefined,
  ): Promise<void> {
    const securities = nativeSymbols(symbols, toFutuSymbol);
    await this.#ofGroup(what, group, this.#client.modifyUserSecurity(group, op, securities, options), options);
  }

  /** Where OpenD does not know the group, looks which there are: the name may be the id of one that is shadowed. */
  async #ofGroup<T>(what: string, group: string, call: Promise<T>, options: CallOptions | undefined): Promise<T> {
    try {
      return await told(what, call);
    } catch (error) {
      if (error instanceof WatchlistError && error.code === "WATCHLIST_NO_GROUP") await this.find(group, options);
      throw error;
    }
  }
}

/** An id for another group of a name that is no group's name and no other's id. */
function freeId(name: string, taken: ReadonlySet<string>): string {
  let n = 2;
  while (taken.has(`${name}#${n}`)) n++;
  return `${name}#${n}`;
}

function codeOf(error: TickwireError): WatchlistErrorCode | undefined {
  if (error.code !== "OPEND_SERVER") return undefined;
  const { reason } = error as OpenDError;
  if (reason === "unknown-group") return "WATCHLIST_NO_GROUP";
  if (reason === "system-group") return "WATCHLIST_READ_ONLY";
  return reason === undefined && error.outcome === "rejected" ? "WATCHLIST_REFUSED" : undefined;
}

async function cannot(what: string): Promise<never> {
  throw new WatchlistError("WATCHLIST_CANNOT", `OpenD cannot ${what} groups: do it in the app of Futu or moomoo`);
}
