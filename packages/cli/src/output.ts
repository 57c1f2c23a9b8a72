import { styleText } from "node:util";
import { toJson } from "@tickwire/codec";
import stringWidth from "string-width";
import { type Shown, shown } from "./errors.ts";

/** What is drawn again and again at the same place of a terminal. */
export interface Screen {
  /** In characters and lines, as it is now. */
  size(): { readonly columns: number; readonly rows: number };
  draw(text: string): void;
  /** Leaves what was drawn last, and the cursor below it. */
  done(): void;
}

/** What a command needs of the process. */
export interface Io {
  /** Writes to stdout. */
  out(text: string): void;
  /** Waits until whoever reads stdout has caught up, where it has not. */
  drained?(): Promise<unknown> | undefined;
  /** Writes to stderr. */
  err(text: string): void;
  /** Stdin; undefined where it is a terminal, from which nobody expects to type bytes. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  /** Absent where stdout is no terminal. */
  readonly screen?: Screen | undefined;
  /** Whether stderr is a terminal. */
  readonly isErrTerminal: boolean;
  /** Whether stdout, and whether stderr may have colours. */
  readonly colors: { readonly out: boolean; readonly err: boolean };
}

type Style = Parameters<typeof styleText>[0];

/** One column: its title, and the text of a row in it. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: "right";
  /** Where there is too little room, the extra ones are left out, and then the texts of the shrinking one are cut. */
  readonly room?: "extra" | "shrinking";
  readonly style?: (row: Row) => Style | undefined;
}

/** What a command tells: to people in lines and tables, to programs as JSON. */
export class Output {
  readonly isJson: boolean;
  readonly #io: Io;

  constructor(io: Io, isJson: boolean) {
    this.#io = io;
    this.isJson = isJson;
  }

  /** The answer as JSON; 64-bit integers are texts. */
  json(value: unknown): void {
    this.#io.out(`${jsonText(value, 2)}\n`);
  }

  /** One of many, in a line of JSON. */
  jsonLine(value: unknown): void {
    this.#io.out(`${jsonText(value)}\n`);
  }

  /** A line of the answer. */
  line(text = ""): void {
    this.#io.out(`${printable(text)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.line(this.tableText(columns, rows));
  }

  /** Aligned lines under a line of titles; no wider than so many characters, as far as columns can give way. */
  tableText<Row>(
    all: readonly Column<Row>[],
    rows: readonly Row[],
    maxWidth: number = Number.POSITIVE_INFINITY,
  ): string {
    const { columns, cells, widths } = roomFor(all, rows, maxWidth);
    const lineOf = (texts: readonly string[], paint: (i: number, text: string) => string) =>
      columns
        .map(({ align }, i) => {
          const text = texts[i] ?? "";
          const space = " ".repeat((widths[i] ?? 0) - stringWidth(text));
          const painted = paint(i, text);
          if (align === "right") return space + painted;
          return i === columns.length - 1 ? painted : painted + space;
        })
        .join(" ".repeat(GAP))
        .trimEnd();
    const title = this.paint(
      "bold",
      lineOf(
        columns.map((column) => column.title),
        (_, text) => text,
      ),
    );
    return [
      title,
      ...rows.map((row, at) =>
        lineOf(cells[at] ?? [], (i, text) => {
          const style = columns[i]?.style?.(row);
          return style === undefined || text === "" ? text : this.paint(style, text);
        }),
      ),
    ].join("\n");
  }

  /** What a person wants to know beside the answer; programs do not get it. */
  note(text: string): void {
    if (!this.isJson) this.#io.err(`${printable(text)}\n`);
  }

  /** A failure, without a stack. */
  failure(error: unknown): void {
    const { code, message, fix } = shown(error);
    if (this.isJson) {
      this.#io.err(`${jsonText({ error: { ...detailsOf(error), code, message, fix } })}\n`);
      return;
    }
    const paint = (style: Style, text: string) => styled(this.#io.colors.err, style, text);
    this.#io.err(`${paint("red", "error")}: ${oneLine(message)} ${paint("dim", `[${code}]`)}\n`);
    if (fix !== undefined) this.#io.err(`  ${paint("bold", "fix")}: ${oneLine(fix)}\n`);
  }

  /** With colour, where stdout may have it. */
  paint(style: Style, text: string): string {
    return styled(this.#io.colors.out, style, text);
  }
}

/** The columns for which there is room, their texts by row, and how wide each is. */
function roomFor<Row>(all: readonly Column<Row>[], rows: readonly Row[], maxWidth: number) {
  const texts = all.map((column) => rows.map((row) => oneLine(column.text(row))));
  const natural = all.map(({ title }, i) =>
    [title, ...(texts[i] ?? [])].reduce((widest, text) => Math.max(widest, stringWidth(text)), 0),
  );
  const widthOf = (indices: readonly number[]) => indices.reduce((sum, i) => sum + (natural[i] ?? 0) + GAP, -GAP);
  const every = [...all.keys()];
  const kept = widthOf(every) > maxWidth ? every.filter((i) => all[i]?.room !== "extra") : every;
  const over = Math.max(0, widthOf(kept) - maxWidth);
  const widths = kept.map((i) => {
    const width = natural[i] ?? 0;
    return all[i]?.room === "shrinking" ? Math.max(MIN_SHRUNK, width - over) : width;
  });
  return {
    columns: kept.map((i) => all[i] as Column<Row>),
    cells: rows.map((_, row) => kept.map((i, at) => cut(texts[i]?.[row] ?? "", widths[at] ?? 0))),
    widths,
  };
}

/** Between two columns. */
const GAP = 2;
/** Less of a text says nothing. */
const MIN_SHRUNK = 4;

const segmenter = new Intl.Segmenter();

/** The text, or as much of it as there is room for. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(kept + segment) >= width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** JSON in which nothing moves the cursor; `JSON.stringify` escapes only the older half of what could. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(toJson(value), null, indent).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );

/** What programs may want of an error beside its code. */
function detailsOf(error: unknown): object {
  const {
    name: _name,
    message: _message,
    ...details
  } = typeof (error as Shown & { toJSON?: unknown }).toJSON === "function"
    ? (error as { toJSON(): Record<string, unknown> }).toJSON()
    : {};
  return details;
}

const styled = (isColored: boolean, style: Style, text: string): string =>
  isColored ? styleText(style, text, { validateStream: false }) : text;

/** What comes from a broker, or from a file, must not move the cursor. Colours, tabs and ends of lines are its own. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
  text.replace(/(\u001b\[[\d;]*m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (_, color) => color ?? "\ufffd");

/** The same for a text of one line, which has none of these either. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
