import type { Clock, Timer } from "@tickwire/node-client";
import type { Item, Quote, WatchEvent } from "@tickwire/watchlist";
import type { LiveStatus } from "./brokers.ts";
import { shown } from "./errors.ts";
import { type Column, type Output, printable, type Screen } from "./output.ts";

/** Where quotes are shown. */
export interface Board {
  status(status: LiveStatus): void;
  event(event: WatchEvent): void;
  previousCloses(closes: ReadonlyMap<string, string>): void;
  /** Something that may be better soon. */
  trouble(message: string): void;
  done(): void;
}

/** A security, and what is known of its price. */
interface Row {
  readonly item: Item;
  readonly quote?: Quote | undefined;
  readonly previousClose?: string | undefined;
  /** Why there are no quotes. */
  readonly note?: string | undefined;
}

/** The rows of the watched group. */
class Rows {
  #rows = new Map<string, Row>();

  get all(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** @returns The row that the event is about. */
  event(event: WatchEvent): Row | undefined {
    if (event.type === "items") {
      const unquoted = new Set(event.unquoted);
      const note = "no quotes from this broker";
      this.#rows = new Map(
        event.items.map((item) => [
          item.symbol,
          { ...this.#rows.get(item.symbol), item, ...(unquoted.has(item.symbol) && { note }) },
        ]),
      );
    }
    if (event.type === "refused") return this.#set(event.symbol, { note: shown(event.error).message });
    if (event.type !== "quote") return undefined;
    const { previousClose } = event;
    return this.#set(event.symbol, { quote: event, ...(previousClose !== undefined && { previousClose }) });
  }

  close(symbol: string, previousClose: string): void {
    this.#set(symbol, { previousClose });
  }

  #set(symbol: string, news: Partial<Row>): Row | undefined {
    const row = this.#rows.get(symbol);
    if (row === undefined) return undefined;
    const newer = { ...row, ...news };
    this.#rows.set(symbol, newer);
    return newer;
  }
}

/** By how much of the close of the day before the price has changed, in percent; undefined where that is not known. */
function changeOf({ quote, previousClose }: Row): number | undefined {
  const before = Number(previousClose);
  return quote === undefined || !(before > 0) ? undefined : (Number(quote.price) / before - 1) * 100;
}

function changeText(row: Row): string {
  const change = changeOf(row);
  return change === undefined ? "" : `${change < 0 ? "" : "+"}${change.toFixed(2)}%`;
}

/** Green for up, as in Hong Kong and New York. */
function changeStyle(row: Row): "green" | "red" | undefined {
  const change = changeOf(row) ?? 0;
  return change > 0 ? "green" : change < 0 ? "red" : undefined;
}

const timeOf = ({ quote }: Row): string =>
  quote?.atUnixMs === undefined ? "" : new Date(quote.atUnixMs).toISOString().slice(11, 19);

const columns: readonly Column<Row>[] = [
  { title: "symbol", text: ({ item }) => item.symbol },
  { title: "name", text: ({ item }) => item.name ?? "", room: "shrinking" },
  { title: "price", text: ({ quote }) => quote?.price ?? "-", align: "right", style: changeStyle },
  { title: "change", text: changeText, align: "right", style: changeStyle },
  { title: "UTC", text: timeOf, style: () => "dim", room: "extra" },
];

/** Why there are no quotes, and of which securities. */
function notesOf(rows: readonly Row[]): string[] {
  const noted = new Map<string, string[]>();
  for (const { note, item } of rows) if (note !== undefined) noted.set(note, [...(noted.get(note) ?? []), item.symbol]);
  return [...noted].map(([note, symbols]) => `${note}: ${symbols.join(" ")}`);
}

/** Lines of the board around its rows. */
const FRAME_LINES = 6;

/** What an event says that is not about a row. */
function wordsOf(event: WatchEvent): string | undefined {
  if (event.type === "gap")
    return `the connection was lost for ${seconds(event.sinceMs)}; quotes of that time are missing`;
  if (event.type === "stale") return `no quotes for ${seconds(event.sinceMs)}`;
  return event.type === "error" ? shown(event.error).message : undefined;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const statusText = ({ state, reason }: LiveStatus): string => (reason === undefined ? state : `${state}: ${reason}`);

/** Least time between two drawings, in milliseconds. */
const REDRAW_MS = 100;

/** A table that stays in place. */
export function liveBoard({
  output,
  screen,
  clock,
  title,
}: {
  readonly output: Output;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly title: string;
}): Board {
  const rows = new Rows();
  let status: LiveStatus = { state: "connecting" };
  let trouble: string | undefined;
  let timer: Timer | undefined;
  let isShown = false;
  let isOver = false;
  const draw = () => {
    timer?.cancel();
    timer = undefined;
    isShown = true;
    const size = screen.size();
    const notes = [...notesOf(rows.all), ...(trouble === undefined ? [] : [trouble])];
    const hidden = rows.all.length - Math.max(1, size.rows - FRAME_LINES - notes.length);
    // A line more is needed to tell that some are hidden.
    const visible = hidden > 0 ? rows.all.slice(0, Math.max(1, rows.all.length - hidden - 1)) : rows.all;
    const color = status.state === "ready" ? "green" : status.state === "closed" ? "red" : "yellow";
    const lines = [
      `${output.paint("bold", title)}  ${output.paint(color, "●")} ${statusText(status)}`,
      ...(visible.length === 0 ? [] : ["", output.tableText(columns, visible, size.columns)]),
      ...(visible.length === rows.all.length
        ? []
        : [output.paint("dim", `and ${rows.all.length - visible.length} more, for which this window is too low`)]),
      ...(visible.length === 0 ? [] : [""]),
      ...notes.map((note) => output.paint("yellow", note)),
      ...(isOver ? [] : [output.paint("dim", "Ctrl-C ends it")]),
    ];
    screen.draw(printable(lines.join("\n")));
  };
  const soon = () => {
    if (!isOver) timer ??= clock.startTimer(draw, REDRAW_MS);
  };
  return {
    status(news) {
      // That it is closed in the end needs no word.
      if (isOver) return;
      status = news;
      draw();
    },
    event(event) {
      rows.event(event);
      // What was wrong is over when quotes come.
      trouble = event.type === "quote" ? undefined : (wordsOf(event) ?? trouble);
      soon();
    },
    previousCloses(closes) {
      for (const [symbol, close] of closes) rows.close(symbol, close);
      soon();
    },
    trouble(message) {
      trouble = message;
      soon();
    },
    done() {
      isOver = true;
      // What could not begin leaves no board behind.
      if (!isShown) return;
      draw();
      screen.done();
    },
  };
}

/** A line for each quote on stdout; what else happens goes to stderr. */
export function plainBoard(output: Output, broker: string): Board {
  const rows = new Rows();
  let lastStatus: string | undefined;
  const told = (row: Row) =>
    output.line(
      [timeOf(row), row.item.symbol, row.quote?.price, changeText(row), row.item.name?.replace(/\s/g, " ")].join("\t"),
    );
  return {
    status: (status) => {
      const text = statusText(status);
      // That it ends when it is told to needs no word, and that another try failed in the same way no second one.
      if (text !== "closed" && text !== lastStatus) output.note(`${broker}: ${text}`);
      lastStatus = text;
    },
    event(event) {
      const row = rows.event(event);
      if (event.type === "quote" && row !== undefined) told(row);
      if (event.type === "refused") output.note(`${event.symbol}: ${row?.note}`);
      const words = wordsOf(event);
      if (words !== undefined) output.note(words);
    },
    previousCloses(closes) {
      for (const [symbol, close] of closes) rows.close(symbol, close);
    },
    trouble: (message) => output.note(message),
    done: () => undefined,
  };
}

/** Every event as an object in a line. */
export function jsonBoard(output: Output, broker: string): Board {
  return {
    status: (status) => output.jsonLine({ type: "status", broker, ...status }),
    event: (event) => output.jsonLine("error" in event ? { ...event, error: shown(event.error) } : event),
    previousCloses(closes) {
      for (const [symbol, previousClose] of closes) output.jsonLine({ type: "previousClose", symbol, previousClose });
    },
    trouble: (message) => output.jsonLine({ type: "trouble", message }),
    done: () => undefined,
  };
}
