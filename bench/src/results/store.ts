import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientResults } from "../client/index.ts";
import type { CodecResults } from "../codec/types.ts";
import type { CppResults } from "../cpp/types.ts";
import { RESULTS, ROOT } from "../paths.ts";
import type { SizeResults } from "../sizes/index.ts";
import { type Machine, machineName, thisMachine } from "./machine.ts";

/** The results of one command, and where and when they were measured. */
export interface Section<T> {
  readonly date: string;
  readonly machine: Machine;
  readonly results: T;
}

/** What a file holds: a section for each command that was saved that day on that machine. */
export interface Saved {
  readonly codec?: Section<CodecResults>;
  readonly cpp?: Section<CppResults>;
  readonly client?: Section<ClientResults>;
  readonly sizes?: Section<SizeResults>;
}

/** Keeps a command's results, in place of those of the same command, day and machine; gives the file. */
export function save(name: keyof Saved, results: unknown, date = new Date().toISOString().slice(0, 10)): string {
  mkdirSync(RESULTS, { recursive: true });
  const machine = thisMachine();
  const file = join(RESULTS, `${date}-${machineName(machine)}.json`);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Saved) : {};
  writeFileSync(file, `${JSON.stringify({ ...before, [name]: { date, machine, results } }, rounded, 2)}\n`);
  execFileSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", file], { stdio: "ignore" });
  return file;
}

/** More digits than these say nothing. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** Of each command the newest results that are kept. */
export function newest(): Saved {
  const files = existsSync(RESULTS) ? readdirSync(RESULTS).filter((file) => file.endsWith(".json")) : [];
  // The names begin with the date, and later sections replace earlier ones.
  const read = (file: string) => JSON.parse(readFileSync(join(RESULTS, file), "utf8")) as Saved;
  return Object.assign({}, ...files.sort().map(read)) as Saved;
}
