// Both schemas, parsed by protobufjs: the vendor's own files, out of its npm package, and ours. For tests in Node.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import protobuf from "protobufjs";

export const root: string = join(import.meta.dirname, "../../../..");

const require = createRequire(import.meta.url);
const ourFolder = join(root, "proto");
const vendorFolder = join(dirname(require.resolve("futu-api/package.json")), "proto");
/** Has the descriptor of descriptors, which our options extend. */
const protobufjsFolder = dirname(require.resolve("protobufjs/package.json"));

/** The packages of our schema, which are also the names of its files. */
export const packages: readonly string[] = readdirSync(join(ourFolder, "opend")).map((file) =>
  basename(file, ".proto"),
);

function load(folder: string, files: readonly string[], keepCase = true): protobuf.Root {
  const schema = new protobuf.Root();
  schema.resolvePath = (_origin, target) => join(target.startsWith("google/") ? protobufjsFolder : folder, target);
  schema.loadSync([...files], { keepCase });
  return schema;
}

export const loadVendor = (): protobuf.Root =>
  load(
    vendorFolder,
    packages.map((name) => `${name}.proto`),
  );

export const loadOurs = (): protobuf.Root =>
  load(
    ourFolder,
    packages.map((name) => `opend/${name}.proto`),
  );

/** The packages of LongPort's schema. */
export const longportPackages: readonly string[] = ["longportapp.control.v1", "longportapp.quote.v1"];

/** LongPort's schema, with the fields' names in camelCase, as we expose them. */
export const loadLongPort = (): protobuf.Root =>
  load(ourFolder, ["longport/control.proto", "longport/quote.proto"], false);

/** The messages and enums of a package, nested ones included. */
export function typesOf(schema: protobuf.Root, name: string): { types: protobuf.Type[]; enums: protobuf.Enum[] } {
  const nested = (schema.lookup(name) as protobuf.Namespace | null)?.nestedArray ?? [];
  const all = nested.flatMap(withNested);
  return {
    types: all.filter((item) => item instanceof protobuf.Type),
    enums: all.filter((item) => item instanceof protobuf.Enum),
  };
}

const withNested = (item: protobuf.ReflectionObject): protobuf.ReflectionObject[] =>
  item instanceof protobuf.Type ? [item, ...item.nestedArray.flatMap(withNested)] : [item];
