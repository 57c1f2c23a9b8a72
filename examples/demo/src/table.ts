import { styleText } from "node:util";
import stringWidth from "string-width";

/** One column: its title, and the text of a row in it. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: "right";
}

/** Aligned lines under a title line. Chinese characters take two cells. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const widths = columns.map(({ title }, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] ?? "")].map((text) => stringWidth(text))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => {
        const space = " ".repeat((widths[i] ?? 0) - stringWidth(text));
        return columns[i]?.align === "right" ? space + text : text + space;
      })
      .join("  ")
      .trimEnd();
  const title = styleText("bold", line(columns.map((column) => column.title)));
  return [title, ...cells.map(line)].map((text) => `  ${text}`).join("\n");
}
