import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Spread, spread } from "../measure/statistics.ts";
import { BENCH } from "../paths.ts";

export interface TypesTime {
  readonly entries: readonly string[];
  /** A strict program that imports every entry, its libraries checked too. */
  readonly seconds: Spread;
  /** The same without any import: what the compiler and its own libraries take. */
  readonly emptySeconds: Spread;
}

const compilerOptions = {
  target: "es2023",
  lib: ["es2023"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: [],
  noEmit: true,
};

/** How long the compiler takes for a user's program, in a folder outside of the workspace. */
export function typesTime(entries: readonly string[], rounds: number): TypesTime {
  const folder = mkdtempSync(join(tmpdir(), "tickwire-types-"));
  try {
    mkdirSync(join(folder, "node_modules/@tickwire"), { recursive: true });
    symlinkSync(join(BENCH, "node_modules/@tickwire/codec"), join(folder, "node_modules/@tickwire/codec"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const imports = entries.map((entry, i) => `export * as entry${i} from "${entry}";\n`).join("");
    const full = project(folder, "full", imports);
    const empty = project(folder, "empty", "export {};\n");
    const times = { full: [] as number[], empty: [] as number[] };
    for (let round = -1; round < rounds; round++) {
      const took = { full: compile(folder, full), empty: compile(folder, empty) };
      if (round < 0) continue;
      times.full.push(took.full);
      times.empty.push(took.empty);
    }
    return { entries, seconds: spread(times.full), emptySeconds: spread(times.empty) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function project(folder: string, name: string, source: string): string {
  writeFileSync(join(folder, `${name}.ts`), source);
  const config = join(folder, `tsconfig.${name}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
  return config;
}

/** @throws with the compiler's words when it finds a mistake. */
function compile(cwd: string, config: string): number {
  const compiler = join(BENCH, "node_modules/typescript/bin/tsc");
  const begun = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", config], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`a program that imports every entry does not compile:\n${stdout}`);
  return (performance.now() - begun) / 1000;
}
