import { styleText } from "node:util";
import { toJson } from "@tickwire/codec";
import stringWidth from "string-width";
import { type Shown, shown } from "./errors.ts";

/** What is drawn again and again at the same place of a terminal. */
export interface Screen {
  draw(text: string): void;
  /** Leaves what was drawn last, and the cursor below it. */
  done(): void;
}

/** What a command needs of the process. */
export interface Io {
  /** Writes to stdout. */
  out(text: string): void;
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
    this.#io.out(`${JSON.stringify(toJson(value), null, 2)}\n`);
  }

  /** One of many, in a line of JSON. */
  jsonLine(value: unknown): void {
    this.#io.out(`${JSON.stringify(toJson(value))}\n`);
  }

  /** A line of the answer. */
  line(text = ""): void {
    this.#io.out(`${text}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.line(this.tableText(columns, rows));
  }

  /** Aligned lines under a line of titles. */
  tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
    const cells = rows.map((row) => columns.map((column) => printable(column.text(row))));
    const widths = columns.map(({ title }, i) =>
      Math.max(...[title, ...cells.map((row) => row[i] ?? "")].map((text) => stringWidth(text))),
    );
    const lineOf = (texts: readonly string[], paint: (i: number, text: string) => string) =>
      columns
        .map(({ align }, i) => {
          const text = texts[i] ?? "";
          const space = " ".repeat((widths[i] ?? 0) - stringWidth(text));
          const painted = paint(i, text);
          if (align === "right") return space + painted;
          return i === columns.length - 1 ? painted : painted + space;
        })
        .join("  ")
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
    if (!this.isJson) this.#io.err(`${text}\n`);
  }

  /** A failure, without a stack. */
  failure(error: unknown): void {
    const { code, message, fix } = shown(error);
    if (this.isJson) {
      this.#io.err(`${JSON.stringify(toJson({ error: { ...detailsOf(error), code, message, fix } }))}\n`);
      return;
    }
    const paint = (style: Style, text: string) => styled(this.#io.colors.err, style, text);
    this.#io.err(`${paint("red", "error")}: ${printable(message)} ${paint("dim", `[${code}]`)}\n`);
    if (fix !== undefined) this.#io.err(`  ${paint("bold", "fix")}: ${printable(fix)}\n`);
  }

  /** With colour, where stdout may have it. */
  paint(style: Style, text: string): string {
    return styled(this.#io.colors.out, style, text);
  }
}

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

/** What comes from a broker, or from a file, must not move the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, "\ufffd");
