import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BENCH, GENERATED } from "../paths.ts";

/** A module that generatePeers made. It is not there when types are checked, so the caller says what is in it. */
export const importGenerated = async (file: string): Promise<unknown> =>
  import(pathToFileURL(join(GENERATED, file)).href);

/** The version of an installed package. */
export function installedVersion(name: string): string {
  const manifest = readFileSync(join(BENCH, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Takes a member of an object by its path, and fails where there is none. */
export function member(root: unknown, path: string): unknown {
  let value = root;
  for (const step of path.split(".")) value = (value as { readonly [name: string]: unknown } | undefined)?.[step];
  if (value === undefined) throw new Error(`the generated code has no ${path}`);
  return value;
}
