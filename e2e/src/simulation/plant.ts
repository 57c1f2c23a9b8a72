import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** A bug, as a change of one place in the session's source. */
export interface PlantedBug {
  readonly name: string;
  /** A seed that is known to find it, which is tried first: of the rare ones, to save time. */
  readonly seed?: number;
  /** In `packages/session/src`. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

const source = fileURLToPath(new URL("../../../packages/session/src", import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** Bundles the session with the bug into a module in the folder, and gives its address. */
export async function plant({ name, file, find, replace }: PlantedBug, folder: string): Promise<string> {
  const places = readFileSync(join(source, file), "utf8").split(find).length - 1;
  if (places !== 1)
    throw new Error(`"${name}": what it changes is ${places} times in ${file}, not once: mend its find`);
  const { outputFiles } = await build({
    entryPoints: [join(source, "index.ts")],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    write: false,
    logLevel: "error",
    plugins: [
      {
        name: "plant",
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^@tickwire\// }, ({ path }) => ({
            path: pathToFileURL(resolve(path)).href,
            external: true,
          }));
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (dirname(path) !== source || basename(path) !== file) return undefined;
            return { contents: readFileSync(path, "utf8").replace(find, () => replace), loader: "ts" };
          });
        },
      },
    ],
  });
  const module = join(folder, `${name.replaceAll(/\W+/g, "-")}.mjs`);
  writeFileSync(module, outputFiles[0]?.text ?? "");
  return pathToFileURL(module).href;
}
