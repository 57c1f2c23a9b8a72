import { WatchlistError } from "./errors.ts";

// RFC 4180, by hand because it is this short:
//
//   file  = row *( CRLF row ) [ CRLF ]        read with LF or CR alone as well
//   row   = cell *( "," cell )
//   cell  = '"' *( any but '"' / '""' ) '"' / *( any but '"', ",", CR, LF )

/** The error for a text that cannot be read. */
export const badFile = (where: string, problem: string): WatchlistError =>
  new WatchlistError("WATCHLIST_BAD_FILE", `${where}: ${problem}`);

/** A table as CSV. */
export function writeCsv(rows: ReadonlyArray<readonly string[]>): string {
  return rows.map((row) => `${row.map(writeCell).join(",")}\r\n`).join("");
}

function writeCell(cell: string): string {
  const text = guard(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row of a CSV text. */
export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a CSV text; empty lines are left out.
 * @throws {WatchlistError} `WATCHLIST_BAD_FILE`
 */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  // One cell, quoted or not, and what ends it. It matches everywhere but at a quotation mark that is wrong.
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  for (cell.lastIndex = start; ; ) {
    const match = cell.exec(text);
    if (match === null)
      throw badFile(
        `line ${line}`,
        "a quotation mark is not closed, or stands inside of a cell that does not begin with one",
      );
    const [whole, quoted, plain = "", end] = match;
    cells.push(unguard(quoted?.replaceAll('""', '"') ?? plain));
    line += whole.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: rowLine, cells });
    cells = [];
    rowLine = line;
    if (end === "") return rows;
  }
}

/**
 * Spreadsheets run a cell that begins like a formula, and a group's name may come from anywhere. An apostrophe in front makes
 * it a text; one that is there already gets another, so that reading can take exactly one away.
 */
const guard = (cell: string): string => (/^[=+\-@\t\r\n']/.test(cell) ? `'${cell}` : cell);

const unguard = (cell: string): string => (/^'[=+\-@\t\r\n']/.test(cell) ? cell.slice(1) : cell);
