import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.ts";

/**
 * The schema files that messages of these packages need, by their path below proto, without what only Tickwire's own
 * generators read: not every peer gets along with unknown options.
 */
export function schemaFiles(messages: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string) => {
    if (files.has(path)) return;
    const text = plain(readFileSync(join(ROOT, "proto", path), "utf8"));
    files.set(path, text);
    for (const [, imported] of text.matchAll(/^import "(.+)";$/gm)) add(imported!);
  };
  for (const message of messages) add(`opend/${message.split(".")[0]}.proto`);
  return files;
}

/** Takes out the comments, the import of our options and the options themselves. */
export function plain(text: string): string {
  return text
    .replaceAll(/^\s*\/\/.*\n/gm, "")
    .replaceAll(/ *\/\/.*$/gm, "")
    .replace(/^import "tickwire\/options\.proto";\n/m, "")
    .replaceAll(/,\s*\(tickwire\.\w+\)\s*=\s*"[^"]*"/g, "")
    .replaceAll(/\(tickwire\.\w+\)\s*=\s*"[^"]*"\s*,\s*/g, "")
    .replaceAll(/\s*\[\s*\(tickwire\.\w+\)\s*=\s*"[^"]*"\s*\]/g, "");
}
