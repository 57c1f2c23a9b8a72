import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import protobuf from "protobufjs";

/** One thing that a schema declares. */
export interface Fact {
  readonly kind: "package" | "message" | "enum" | "field" | "value";
  /** The full name, for example `Qot_Sub.C2S.securityList`. */
  readonly path: string;
  /** The full name of what it stands in; empty for a package. */
  readonly owner: string;
  readonly name: string;
  /** All that the wire and the meaning depend on, as one would write it; empty where the name says all. */
  readonly declaration: string;
  /** The number of a field or value. */
  readonly number?: number;
}

/** A folder that cannot be compared, and why. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** Everything that the `.proto` files of a folder declare, by full name. Imports are looked for in that folder only. */
export function readFacts(folder: string): ReadonlyMap<string, Fact> {
  const files = globSync("*.proto", { cwd: folder }).sort();
  if (files.length === 0) throw new SchemaError(`${folder} has no .proto files, or cannot be read`);
  const root = new protobuf.Root();
  for (const file of files) {
    try {
      protobuf.parse(readFileSync(join(folder, file), "utf8"), root, { keepCase: true });
    } catch (error) {
      throw new SchemaError(`${join(folder, basename(file))}: ${messageOf(error)}`, { cause: error });
    }
  }
  try {
    root.resolveAll();
  } catch (error) {
    throw new SchemaError(`${folder}: ${messageOf(error)}`, { cause: error });
  }
  return new Map(root.nestedArray.flatMap(factsOf).map((fact) => [fact.path, fact]));
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nameOf = (item: protobuf.ReflectionObject): string => item.fullName.replace(/^\./, "");

/** What an item declares: itself, and all that stands in it. */
function factsOf(item: protobuf.ReflectionObject): Fact[] {
  const path = nameOf(item);
  const self = { path, owner: item.parent === null ? "" : nameOf(item.parent), name: item.name, declaration: "" };
  if (item instanceof protobuf.Enum) {
    const values = Object.entries(item.values).map(
      ([name, number]): Fact => ({
        kind: "value",
        path: `${path}.${name}`,
        owner: path,
        name,
        declaration: `= ${number}`,
        number,
      }),
    );
    return [{ kind: "enum", ...self }, ...values];
  }
  if (item instanceof protobuf.Type) {
    const fields = item.fieldsArray.map(
      (field): Fact => ({
        kind: "field",
        path: `${path}.${field.name}`,
        owner: path,
        name: field.name,
        declaration: declarationOf(field),
        number: field.id,
      }),
    );
    return [{ kind: "message", ...self }, ...fields, ...item.nestedArray.flatMap(factsOf)];
  }
  if (item instanceof protobuf.Namespace) return [{ kind: "package", ...self }, ...item.nestedArray.flatMap(factsOf)];
  return [];
}

function declarationOf(field: protobuf.Field): string {
  const type = field.resolvedType === null ? field.type : nameOf(field.resolvedType);
  const label = field.required ? "required" : field.repeated ? "repeated" : "optional";
  const value = field.getOption("default") as unknown;
  const options = [
    ...(field.repeated && field.packed ? ["packed = true"] : []),
    ...(value === undefined ? [] : [`default = ${value}`]),
    ...(field.partOf === null ? [] : [`oneof ${field.partOf.name}`]),
  ];
  const shape = field instanceof protobuf.MapField ? `map<${field.keyType}, ${type}>` : `${label} ${type}`;
  return `${shape} = ${field.id}${options.length > 0 ? ` [${options.join(", ")}]` : ""}`;
}
