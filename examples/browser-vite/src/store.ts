import { batch, signal } from "@preact/signals";
import {
  fromFutu,
  fromFutuSymbol,
  futuQuotes,
  type Group,
  toFutuSymbol,
  type WatchEvent,
  type Watchlist,
  watchGroup,
} from "@tickwire/watchlist";
import { type Client, QotUpdateBasicQot } from "@tickwire/web-client";
import { Book } from "./book.ts";
import { type Connection, follow, plain } from "./connection.ts";
import { Curves } from "./curves.ts";
import { duration } from "./format.ts";
import { Securities } from "./securities.ts";
import type { Named, Source } from "./source.ts";
import { readSymbol } from "./symbols.ts";

/** What the page has to say, one at a time; the newest replaces the one before. */
export interface Notice {
  readonly kind: "info" | "problem";
  readonly text: string;
  readonly undo?: () => Promise<void>;
}

/** All that the page shows, and all that can be done. */
export class Store {
  readonly book = new Book();
  readonly curves = new Curves();
  readonly securities = new Securities();
  readonly source = signal<Source | undefined>(undefined);
  readonly connection = signal<Connection>({ state: "connecting" });
  readonly groups = signal<readonly Group[]>([]);
  readonly group = signal<Group | undefined>(undefined);
  /** The securities of the group in its order; undefined until they are read. */
  readonly items = signal<readonly Named[] | undefined>(undefined);
  /** Of these no quotes come, and why. */
  readonly refused = signal<ReadonlyMap<string, string>>(new Map());
  readonly notice = signal<Notice | undefined>(undefined);
  /** Lists as they were when they were last seen, by the group's id. */
  readonly #seen = new Map<string, readonly Named[]>();
  #session: { readonly client: Client; readonly watchlist: Watchlist } | undefined;
  #watching = new AbortController();
  #following = new AbortController();

  /**
   * Connects, and only then leaves what was before.
   * @throws {OpenDError} Why it cannot.
   */
  async open(source: Source, signal?: AbortSignal): Promise<void> {
    const client = await source.connect({ interceptors: [this.securities.keep], ...(signal && { signal }) });
    const watchlist = fromFutu(client);
    let groups: readonly Group[];
    try {
      groups = await watchlist.groups({ signal });
    } catch (error) {
      await client.close();
      throw error;
    }
    this.#leave();
    this.securities.startWith(source.known);
    this.#session = { client, watchlist };
    batch(() => {
      this.source.value = source;
      this.groups.value = groups;
      this.group.value = undefined;
      this.notice.value = undefined;
    });
    follow(client, this.connection);
    client.on("status", ({ state }) => {
      if (state === "ready") void this.#readGroups(watchlist);
    });
    client.pushes(QotUpdateBasicQot, { onMessage: ({ basicQotList }) => this.#quotes(basicQotList) });
    const first = groups.find((group) => !group.isReadOnly && !group.isShadowed) ?? groups[0];
    if (first !== undefined) this.select(first);
  }

  /** Reads anew which groups there are: they may have changed while there was no connection. */
  async #readGroups(watchlist: Watchlist): Promise<void> {
    try {
      const groups = await watchlist.groups();
      if (this.#session?.watchlist === watchlist) this.groups.value = groups;
    } catch {
      // Lost again: the next connection reads them.
    }
  }

  /** Shows a group: what is known of it at once, and what OpenD says as soon as it comes. */
  select(group: Group): void {
    batch(() => {
      this.group.value = group;
      this.items.value = this.#seen.get(group.id);
      this.refused.value = new Map();
    });
    void this.#watch(group);
  }

  /** Adds what a person wrote, or a symbol. */
  async add(text: string): Promise<void> {
    const group = this.#changeable();
    const symbol = readSymbol(text);
    await this.#change([group], () => this.#connected().watchlist.add(group.id, symbol));
    const futu = toFutuSymbol(symbol).symbol ?? symbol;
    this.#tell(`Added ${this.securities.nameOf(futu)} to ${group.name}.`);
  }

  async remove(symbol: string): Promise<void> {
    const group = this.#changeable();
    const { watchlist } = this.#connected();
    const common = fromFutuSymbol(symbol);
    const name = this.securities.nameOf(symbol);
    await this.#change([group], () => watchlist.remove(group.id, common));
    this.#tell(`Removed ${name} from ${group.name}.`, async () => {
      await this.#change([group], () => watchlist.add(group.id, common));
      // OpenD cannot be told a place.
      this.#tell(`${name} is back in ${group.name}, at its end.`);
    });
  }

  /** Moves a security into another group; out of one that cannot be changed it copies. */
  async put(symbol: string, to: Group): Promise<void> {
    const from = this.group.peek();
    if (from === undefined || from.id === to.id) return;
    const { watchlist } = this.#connected();
    const common = fromFutuSymbol(symbol);
    const name = this.securities.nameOf(symbol);
    const isMove = !from.isReadOnly;
    // First added, then removed: what goes wrong between leaves it in both, and not in none.
    await this.#change([from, to], async () => {
      await watchlist.add(to.id, common);
      if (isMove) await watchlist.remove(from.id, common);
    });
    this.#tell(`${isMove ? "Moved" : "Added"} ${name} to ${to.name}.`, async () => {
      await this.#change([from, to], async () => {
        if (isMove) await watchlist.add(from.id, common);
        await watchlist.remove(to.id, common);
      });
      this.#tell(isMove ? `${name} is back in ${from.name}, at its end.` : `${name} is out of ${to.name} again.`);
    });
  }

  /** Takes a security out of every group. OpenD has no way back that keeps the groups, so ask before. */
  async erase(symbol: string): Promise<void> {
    const group = this.#changeable();
    const name = this.securities.nameOf(symbol);
    await this.#change(this.groups.peek(), () =>
      this.#connected().watchlist.remove(group.id, fromFutuSymbol(symbol), { everywhere: true }),
    );
    this.#tell(`Deleted ${name} from every group.`);
  }

  /** Takes back what the notice tells, if that can be; once, however often it is asked meanwhile. */
  async undo(): Promise<void> {
    const undo = this.notice.peek()?.undo;
    if (undo === undefined) return;
    this.notice.value = undefined;
    await this.attempt(undo());
  }

  /** Does what may fail, and tells the failure as a notice. */
  attempt(doing: Promise<void>): Promise<boolean> {
    return doing.then(
      () => true,
      (error: unknown) => {
        this.notice.value = { kind: "problem", text: plain(error) };
        return false;
      },
    );
  }

  #quotes(list: Parameters<Book["take"]>[0][]): void {
    const receivedUnixMs = Date.now();
    batch(() => {
      for (const quote of list) this.book.take(quote, receivedUnixMs);
      const connection = this.connection.peek();
      if (connection.state === "live" && connection.quietSince !== undefined)
        this.connection.value = { state: "live", quietSince: undefined };
    });
  }

  /** Reads the group again and again, and keeps its quotes subscribed, until another is watched. */
  async #watch(group: Group): Promise<void> {
    this.#watching.abort();
    const watching = new AbortController();
    this.#watching = watching;
    const { client, watchlist } = this.#connected();
    const quotes = futuQuotes(client, { staleAfterMs: this.source.peek()?.quietAfterMs });
    try {
      for await (const event of watchGroup(watchlist, group.id, { quotes, signal: watching.signal }))
        if (this.#watching === watching) this.#told(group, event);
    } catch (error) {
      if (this.#watching === watching && this.connection.peek().state !== "closed")
        this.notice.value = { kind: "problem", text: plain(error) };
    }
  }

  #told(group: Group, event: WatchEvent): void {
    if (event.type === "items")
      this.#show(
        group,
        event.items.map(({ nativeId, name }) => ({ symbol: nativeId, name: name ?? nativeId })),
      );
    else if (event.type === "refused") {
      const symbol = toFutuSymbol(event.symbol).symbol ?? event.symbol;
      this.refused.value = new Map(this.refused.peek()).set(symbol, plain(event.error));
    } else if (event.type === "gap") {
      void this.#followCurves();
      this.#tell(`Connected again. Quotes of ${duration(event.sinceMs)} are missing; prices are current.`);
    } else if (event.type === "stale") {
      if (this.connection.peek().state === "live")
        this.connection.value = { state: "live", quietSince: Date.now() - event.sinceMs };
    } else if (event.type === "error" && this.connection.peek().state === "live")
      this.notice.value = { kind: "problem", text: plain(event.error) };
  }

  #show(group: Group, items: readonly Named[]): void {
    this.#seen.set(group.id, items);
    this.items.value = items;
    void this.#followCurves();
  }

  /** Of what is shown, and in place of what was; without them the page goes on. */
  async #followCurves(): Promise<void> {
    this.#following.abort();
    const following = new AbortController();
    this.#following = following;
    const symbols = this.items.peek()?.map(({ symbol }) => symbol) ?? [];
    try {
      await this.curves.follow(this.#connected().client, symbols, following);
    } catch (error) {
      // Why there are no quotes is worth more.
      const isTold = this.notice.peek()?.kind === "problem";
      if (!following.signal.aborted && !isTold && this.connection.peek().state === "live")
        this.notice.value = { kind: "problem", text: `No curves of the day: ${plain(error)}` };
    }
  }

  /**
   * Writes, and then reads anew what may have changed, instead of guessing what it is now; also after a failure, which may
   * have come behind a part of the change.
   */
  async #change(touched: readonly Group[], write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } finally {
      const shown = this.group.peek();
      for (const { id } of touched) if (id !== shown?.id) this.#seen.delete(id);
      if (shown !== undefined && touched.some(({ id }) => id === shown.id)) this.select(shown);
    }
  }

  /** The group that is shown, if it can be changed. */
  #changeable(): Group {
    const group = this.group.peek();
    if (group === undefined) throw new Error("Choose a group first.");
    if (group.isReadOnly) throw new Error(`${group.name} is kept by the broker: choose one of your own groups.`);
    return group;
  }

  #tell(text: string, undo?: () => Promise<void>): void {
    this.notice.value = { kind: "info", text, ...(undo && { undo }) };
  }

  #connected(): { readonly client: Client; readonly watchlist: Watchlist } {
    if (this.#session === undefined) throw new Error("Connect to a gateway first.");
    return this.#session;
  }

  #leave(): void {
    this.#watching.abort();
    this.#following.abort();
    void this.#session?.client.close();
    this.source.peek()?.close();
    this.#seen.clear();
    this.book.clear();
    this.curves.clear();
  }
}

export const store = new Store();
