import protobuf from "protobufjs";
import { flatName } from "../schema/flat.ts";
import type { Schema } from "../schema/reference.ts";

/**
 * Source of functions that build the objects which our decoder builds, from ones that are decoded already: the cost of
 * allocation, which no decoder can avoid. Every object, list, number and bigint is new; texts are shared.
 */
export function floorSource(schema: Schema, messages: readonly string[]): string {
  const functions = new Map<string, string>();
  const build = (type: protobuf.Type): string => {
    const name = `build${flatName(type.fullName)}`;
    if (!functions.has(name)) {
      functions.set(name, "");
      const fields = [...type.fieldsArray].sort((a, b) => a.id - b.id).map((field) => property(field));
      functions.set(name, `export function ${name}(m) {\n  return {\n${fields.join("")}  };\n}\n`);
    }
    return name;
  };
  const buildList = (type: protobuf.Type): string => {
    const name = `list${flatName(type.fullName)}`;
    functions.set(name, listSource(name, `${build(type)}(items[i])`));
    return name;
  };
  const property = (field: protobuf.Field): string => {
    const value = `m.${field.name}`;
    const type = field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
    if (field.repeated)
      return `    ${field.name}: ${type === undefined ? "listScalars" : buildList(type)}(${value}),\n`;
    const copy = type === undefined ? fresh(field, value) : `${build(type)}(${value})`;
    return `    ${field.name}: ${copy === value ? value : `${value} === undefined ? undefined : ${copy}`},\n`;
  };
  for (const message of messages) build(schema.type(message));
  return [listSource("listScalars", "items[i]"), ...functions.values()].join("\n");
}

/** A number beyond the engine's small integers is an object too, as a bigint is; these expressions make new ones. */
function fresh({ type }: protobuf.Field, value: string): string {
  if (/double|float/.test(type)) return `${value} + 0`;
  if (!/64/.test(type)) return value;
  return `BigInt.${type.startsWith("u") || type.startsWith("f") ? "asUintN" : "asIntN"}(64, ${value})`;
}

/** Grows as it goes, for the wire does not tell the number of items beforehand. */
const listSource = (name: string, item: string) => `function ${name}(items) {
  const result = [];
  for (let i = 0; i < items.length; i++) result.push(${item});
  return result;
}
`;
