import { invalidArgument, WatchlistError } from "./errors.ts";
import { parseWatchlistSymbol } from "./symbol.ts";
import type { CallOptions, Watchlist } from "./types.ts";

/** A group of a watchlist. */
export interface Side {
  readonly watchlist: Watchlist;
  /** Id or name. */
  readonly group: string;
}

/** Where securities come from: a group, or a list, such as one that was exported. */
export type Source = Side | { readonly symbols: readonly string[] };

/** Options of `diff`, and of what `sync` plans. */
export interface DiffOptions extends CallOptions {
  /**
   * - `add` (default): what the target lacks is added; nothing is removed.
   * - `mirror`: besides, what the source does not have is removed, and the order becomes that of the source where the broker
   *   can set one. What the source's broker cannot have is left alone.
   */
  readonly mode?: "add" | "mirror" | undefined;
  /** Whether the target may be created when there is no such group. Default false. */
  readonly create?: boolean | undefined;
  /** Securities in one step; a whole number, at least 1. What the brokers take at most is not documented. Default 50. */
  readonly batchSize?: number | undefined;
}

/** One request to the target's broker. */
export interface Step {
  readonly kind: "create" | "add" | "remove" | "reorder";
  /** Those that are added or removed, or all in their new order; none for `create`. */
  readonly symbols: readonly string[];
}

/** What is to be done, as plain data. It is true for the moment in which it was made. */
export interface Plan {
  /** The target's id; its name when it has to be created. */
  readonly group: string;
  /** Additions come before removals, so that what is stopped half-way has lost nothing. */
  readonly steps: readonly Step[];
  /** Securities that the target's broker cannot have, and why. */
  readonly unsupported: ReadonlyArray<{ readonly symbol: string; readonly why: string }>;
  /** `mirror`: securities that stay in the target because the source's broker cannot have them. */
  readonly kept: readonly string[];
}

const DEFAULT_BATCH = 50;
/** Long enough for the turn in OpenD's window of 30 seconds, and the reply. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** The call options of all that a sync does: time enough to wait for a turn. */
export const patient = ({ timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions): CallOptions => ({ timeoutMs });

/**
 * Reads both sides and says what has to be done so that the target has what the source has. It changes nothing.
 * @throws {WatchlistError} `WATCHLIST_READ_ONLY` for a target that cannot be changed; `WATCHLIST_NO_GROUP` for one that is
 * not there and is not to be created, or cannot be; and what reading rejects with.
 */
export async function diff(from: Source, to: Side, options: DiffOptions = {}): Promise<Plan> {
  const { mode = "add", create = false, batchSize = DEFAULT_BATCH } = options;
  if (mode !== "add" && mode !== "mirror") throw invalidArgument('mode must be "add" or "mirror"');
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw invalidArgument(`batchSize must be a whole number, at least 1; it is ${batchSize}`);
  const read = { ...patient(options), signal: options.signal };
  const [source, target] = await Promise.all([sourceSymbols(from, read), readTarget(to, create, read)]);

  const native = (symbol: string) => to.watchlist.native(to.group, symbol);
  const unsupported = source.flatMap((symbol) => {
    const { unsupported: why } = native(symbol);
    return why === undefined ? [] : [{ symbol, why }];
  });
  const wanted = new Set(source.filter((symbol) => native(symbol).unsupported === undefined));
  const present = new Set(target.symbols);
  const added = [...wanted].filter((symbol) => !present.has(symbol));
  const others = mode === "mirror" ? [...present].filter((symbol) => !wanted.has(symbol)) : [];
  const kept = others.filter((symbol) => "watchlist" in from && isForeign(from, symbol));
  const removed = others.filter((symbol) => !kept.includes(symbol));

  const steps: Step[] = target.exists ? [] : [{ kind: "create", symbols: [] }];
  for (const symbols of batches(added, batchSize)) steps.push({ kind: "add", symbols });
  for (const symbols of batches(removed, batchSize)) steps.push({ kind: "remove", symbols });
  const ordered = [...wanted, ...kept];
  const result = [...present, ...added].filter((symbol) => !removed.includes(symbol));
  const isOrdered = result.every((symbol, index) => symbol === ordered[index]);
  if (mode === "mirror" && !isOrdered && to.watchlist.capabilities(to.group).reorder)
    steps.push({ kind: "reorder", symbols: ordered });
  return { group: target.id, steps, unsupported, kept };
}

async function sourceSymbols(from: Source, read: CallOptions): Promise<readonly string[]> {
  if ("watchlist" in from) return symbolsOf(from, read);
  return [...new Set(from.symbols.map(parseWatchlistSymbol))];
}

async function symbolsOf({ watchlist, group }: Side, read: CallOptions): Promise<readonly string[]> {
  return [...new Set((await watchlist.items(group, read)).map(({ symbol }) => symbol))];
}

interface Target {
  readonly id: string;
  readonly exists: boolean;
  readonly symbols: readonly string[];
}

async function readTarget({ watchlist, group }: Side, create: boolean, read: CallOptions): Promise<Target> {
  try {
    const { id, isReadOnly } = await watchlist.find(group, read);
    if (isReadOnly)
      throw new WatchlistError("WATCHLIST_READ_ONLY", `${group} is the broker's own group and cannot be changed`);
    return { id, exists: true, symbols: await symbolsOf({ watchlist, group: id }, read) };
  } catch (error) {
    const isMissing = error instanceof WatchlistError && error.code === "WATCHLIST_NO_GROUP";
    if (!isMissing || !create || !watchlist.capabilities(group).create) throw error;
    return { id: group, exists: false, symbols: [] };
  }
}

const isForeign = ({ watchlist, group }: Side, symbol: string): boolean =>
  watchlist.native(group, symbol).unsupported !== undefined;

function* batches(symbols: readonly string[], size: number): Generator<readonly string[]> {
  for (let start = 0; start < symbols.length; start += size) yield symbols.slice(start, start + size);
}
