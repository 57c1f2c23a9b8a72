import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build as esbuild, transform } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

const target = "es2023";

async function bundleByEsbuild(entry: string): Promise<string> {
  const result = await esbuild({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target,
    write: false,
    logLevel: "error",
  });
  if (result.warnings.length > 0) throw new Error(JSON.stringify(result.warnings));
  return result.outputFiles[0]?.text ?? "";
}

async function bundleByVite(entry: string): Promise<string> {
  const result = await vite({
    configFile: false,
    logLevel: "error",
    root: dirname(entry),
    build: {
      write: false,
      target,
      minify: true,
      modulePreload: false,
      rollupOptions: { input: entry, output: { entryFileNames: "app.js" } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunks = output !== undefined && "output" in output ? output.output : [];
  return chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
}

/** Rollup by itself finds no packages, reads no types and does not minify: Node does the one, esbuild the others. */
async function bundleByRollup(entry: string): Promise<string> {
  const bundle = await rollup({
    input: entry,
    onLog(level, log) {
      if (level !== "debug") throw new Error(log.message);
    },
    plugins: [
      {
        name: "by-node-and-esbuild",
        resolveId: (id, importer) => (importer === undefined ? id : createRequire(importer).resolve(id)),
        async load(id) {
          const code = readFileSync(id, "utf8");
          return id.endsWith(".ts") ? (await transform(code, { loader: "ts", target })).code : code;
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return (await transform(code, { minify: true, format: "esm", target })).code;
}

/** Webpack reads no types, and writes to a folder only. */
async function bundleByWebpack(entry: string): Promise<string> {
  const { code } = await transform(readFileSync(entry, "utf8"), { loader: "ts", target });
  const path = mkdtempSync(join(tmpdir(), "tickwire-webpack-"));
  try {
    const compiler = webpack({
      mode: "production",
      context: dirname(entry),
      entry: `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`,
      target: ["web", "es2022"],
      experiments: { outputModule: true },
      output: { path, filename: "app.js", module: true, chunkFormat: "module" },
    });
    const stats = await promisify(compiler.run).call(compiler);
    await promisify(compiler.close).call(compiler);
    const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
    const problems = [...errors, ...warnings].map(({ message }) => message).filter((text) => !/size limit/.test(text));
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return readFileSync(join(path, "app.js"), "utf8");
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** Each gives the minified code that it makes of an app for browsers. */
export const bundlers: Readonly<Record<"esbuild" | "vite" | "rollup" | "webpack", (entry: string) => Promise<string>>> =
  {
    esbuild: bundleByEsbuild,
    vite: bundleByVite,
    rollup: bundleByRollup,
    webpack: bundleByWebpack,
  };
