import { styleText } from "node:util";

/** Takes one text, of one line or more. */
export type Print = (text: string) => void;

export function title(print: Print, name: string, what: string): void {
  print(`\n${styleText(["bold", "cyan"], name)} ${what}`);
}
