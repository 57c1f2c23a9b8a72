import { readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname } from "node:path";
import { build as esbuild, transform } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";

export type BundlerName = "esbuild" | "vite" | "rollup";

const TARGET = "es2023";

/** What a bundler says of Node's modules in a browser's bundle: nothing is there. The vendor's client imports two. */
const nothing = "export default {};";

async function bundleByEsbuild(entry: string): Promise<string> {
  const { outputFiles } = await esbuild({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: TARGET,
    write: false,
    logLevel: "error",
    plugins: [
      {
        name: "no-node-modules",
        setup(build) {
          build.onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join("|")})$`) }, ({ path }) => ({
            path,
            namespace: "nothing",
          }));
          build.onLoad({ filter: /./, namespace: "nothing" }, () => ({ contents: nothing }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

async function bundleByVite(entry: string): Promise<string> {
  const result = await vite({
    configFile: false,
    logLevel: "error",
    root: dirname(entry),
    build: {
      write: false,
      target: TARGET,
      minify: true,
      modulePreload: false,
      rollupOptions: { input: entry, output: { entryFileNames: "app.js" } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunks = output !== undefined && "output" in output ? output.output : [];
  return chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
}

/** Rollup by itself neither finds packages nor minifies: Node's resolution does the one, esbuild the other (and takes the types out). */
async function bundleByRollup(entry: string): Promise<string> {
  const bundle = await rollup({
    input: entry,
    onLog: () => undefined,
    plugins: [
      {
        name: "node-resolution",
        resolveId: (id, importer) => (importer === undefined ? id : createRequire(importer).resolve(id)),
        async load(id) {
          const code = readFileSync(id, "utf8");
          return id.endsWith(".ts") ? (await transform(code, { loader: "ts" })).code : code;
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return (await transform(code, { minify: true, format: "esm", target: TARGET })).code;
}

/** Each gives the minified code that it makes of an app for browsers. */
export const bundlers: Readonly<Record<BundlerName, (entry: string) => Promise<string>>> = {
  esbuild: bundleByEsbuild,
  vite: bundleByVite,
  rollup: bundleByRollup,
};
