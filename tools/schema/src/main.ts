import { join } from "node:path";
import { parseArgs } from "node:util";
import { driftOf } from "./drift.ts";
import { messageOf, readFacts, SchemaError } from "./facts.ts";
import { fetched, given, installed, type VendorSchema } from "./vendor.ts";

const usage = `npm run proto:drift                                              against the installed futu-api
npm run proto:drift -- --package moomoo-api --version 9.6.5608   against a client that npm has
npm run proto:drift -- --folder path                             against a folder of .proto files

+ the vendor has it, - only we have it, ~ it is another: ours → the vendor's.
Exit code 0 without a difference, 1 with one, 2 when nothing could be compared.`;

const ourFolder = join(import.meta.dirname, "../../../proto/opend");

/** Compares our schema with one of the vendor's, prints how it differs, and gives the exit code. */
export async function main(
  args: readonly string[],
  print: (line: string) => void,
  warn: (line: string) => void,
): Promise<number> {
  try {
    const values = read(args);
    if (values.help === true) {
      print(usage);
      return 0;
    }
    using vendor = await find(values);
    const { lines, added, removed, changed } = driftOf(readFacts(values.ours ?? ourFolder), readFacts(vendor.folder));
    print(`against ${vendor.name}:`);
    for (const line of lines) print(line);
    print(`${added} added, ${removed} removed, ${changed} changed`);
    return lines.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    warn(`proto:drift: ${error.message}`);
    return 2;
  }
}

interface Options {
  readonly package?: string | undefined;
  readonly version?: string | undefined;
  readonly folder?: string | undefined;
  /** Another folder in place of ours, for tests. */
  readonly ours?: string | undefined;
  readonly help?: boolean | undefined;
}

function read(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const options = { package: text, version: text, folder: text, ours: text, help: { type: "boolean" } } as const;
  try {
    // npm takes the `--` away, pnpm hands it on.
    return parseArgs({ args: args[0] === "--" ? args.slice(1) : [...args], options }).values;
  } catch (error) {
    throw new SchemaError(`${messageOf(error)}\n\n${usage}`, { cause: error });
  }
}

async function find({ package: name, version, folder }: Options): Promise<VendorSchema> {
  if (folder !== undefined) {
    if (name !== undefined || version !== undefined) throw new SchemaError("--folder needs no --package or --version");
    return given(folder, folder);
  }
  if (name === undefined && version === undefined) return installed();
  if (version === undefined) throw new SchemaError("--package needs a --version");
  return await fetched(name ?? "futu-api", version);
}
