import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { QotGetRT, QotUpdateRT } from "@tickwire/codec/quote";
import { type Client, formatSymbol, parseSymbol, SubType, type TimeShare } from "@tickwire/web-client";

/** A minute of a security's day. */
type Minute = Pick<TimeShare, "minute" | "price">;

/** How the prices of today went, a point a minute: read once, then followed. */
export class Curves {
  readonly #days = new Map<string, Signal<readonly Minute[]>>();

  /** @param symbol As OpenD writes it: `HK.00700`. */
  of(symbol: string): ReadonlySignal<readonly Minute[]> {
    return this.#day(symbol);
  }

  /**
   * Subscribes to the curves of these securities, reads what they were so far, and keeps them current until the signal
   * aborts.
   * @throws {OpenDError} Why they cannot be had.
   */
  async follow(client: Client, symbols: readonly string[], { signal: until }: AbortController): Promise<void> {
    if (symbols.length === 0) return;
    const to = { securities: symbols, subTypes: [SubType.RT] };
    const following = await client.subscribe(QotUpdateRT, to, {
      signal: until,
      onMessage: ({ security, rtList }) => this.#add(formatSymbol(security), rtList),
    });
    if (until.aborted) return following.close();
    until.addEventListener("abort", () => void following.close(), { once: true });
    for (const symbol of symbols) {
      const { rtList } = await client.request(QotGetRT, { security: parseSymbol(symbol) }, { signal: until });
      this.#day(symbol).value = rtList;
    }
  }

  clear(): void {
    for (const day of this.#days.values()) day.value = [];
  }

  /** The minute that is under way comes again and again; one before the last begins a new day. */
  #add(symbol: string, minutes: readonly Minute[]): void {
    const day = this.#day(symbol);
    const first = minutes[0]?.minute ?? 0;
    const last = day.peek().at(-1)?.minute ?? -1;
    day.value = first < last ? minutes : [...day.peek().filter(({ minute }) => minute < first), ...minutes];
  }

  #day(symbol: string): Signal<readonly Minute[]> {
    const known = this.#days.get(symbol);
    if (known !== undefined) return known;
    const day = signal<readonly Minute[]>([]);
    this.#days.set(symbol, day);
    return day;
  }
}
