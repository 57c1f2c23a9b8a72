import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  emptyAccount,
  emptyAccountLongPort,
  hongKongInvestor,
  hongKongInvestorLongPort,
  usOptionsTrader,
  usOptionsTraderLongPort,
} from "../built-in-fixtures.ts";
import { parseFaults } from "../fault-schema.ts";
import type { OpenDFault } from "../faults.ts";
import type { Fixture } from "../fixture.ts";
import { defaultFixture, parseFixture } from "../fixtures.ts";
import type { LongPortFixture } from "../longport-fixture.ts";
import { defaultLongPortFixture, parseLongPortFixture } from "../longport-fixtures.ts";

/** What both fakes know, and what goes wrong with that of OpenD. What is absent is the default. */
export interface FixtureSet {
  readonly opend?: Fixture;
  readonly longport?: LongPortFixture;
  readonly faults?: readonly OpenDFault[];
}

const builtIn: ReadonlyMap<string, FixtureSet> = new Map([
  ["default", { opend: defaultFixture, longport: defaultLongPortFixture }],
  ["hong-kong-investor", { opend: hongKongInvestor, longport: hongKongInvestorLongPort }],
  ["us-options-trader", { opend: usOptionsTrader, longport: usOptionsTraderLongPort }],
  ["empty-account", { opend: emptyAccount, longport: emptyAccountLongPort }],
]);

/** Reads a set by the name of a built-in one, or from a file for OpenD, or from a folder with a file for each part. */
export async function readFixtureSet(name: string): Promise<FixtureSet> {
  const known = builtIn.get(name);
  if (known !== undefined) return known;
  if (!(await isFolder(name))) return { opend: parseFixture(JSON.parse(await readFile(name, "utf8"))) };
  const files = await readdir(name);
  const read = async <T>(file: string, parse: (json: unknown) => T): Promise<T | undefined> => {
    if (!files.includes(file)) return undefined;
    try {
      return parse(JSON.parse(await readFile(join(name, file), "utf8")));
    } catch (cause) {
      throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  };
  const opend = await read("opend.json", parseFixture);
  const longport = await read("longport.json", parseLongPortFixture);
  const faults = await read("faults.json", parseFaults);
  if (opend === undefined && longport === undefined && faults === undefined)
    throw new Error("the folder has none of opend.json, longport.json and faults.json");
  return { ...(opend && { opend }), ...(longport && { longport }), ...(faults && { faults }) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const names = [...builtIn.keys()].join(", ");
    throw new Error(`no such file or folder, and none of the built-in fixtures ${names}`, { cause });
  }
}
