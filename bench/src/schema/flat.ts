import protobuf from "protobufjs";
import type { Schema } from "./reference.ts";

/** A message's name in the flat schema: `Qot_Common.Security` becomes `Qot_Common_Security`. */
export const flatName = (message: string): string => message.replace(/^\./, "").replaceAll(".", "_");

/**
 * The messages and what they refer to as one self-contained file without a package, for compilers that know no packages
 * or take one file. With `proto3` every singular field is `optional`, which keeps its presence, for compilers that know
 * no proto2: the bytes are the same.
 */
export function flatSchema(schema: Schema, messages: readonly string[], syntax: "proto2" | "proto3"): string {
  const printed = new Map<string, string>();
  const print = (type: protobuf.Type): string => {
    const name = flatName(type.fullName);
    if (!printed.has(name)) {
      printed.set(name, "");
      printed.set(name, `message ${name} {\n${type.fieldsArray.map((field) => line(field)).join("")}}\n`);
    }
    return name;
  };
  const line = (field: protobuf.Field): string => {
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Enum) throw new Error(`${field.fullName}: an enum cannot be flattened yet`);
    const type = resolvedType instanceof protobuf.Type ? print(resolvedType) : field.type;
    const singular = syntax === "proto2" && field.required ? "required" : "optional";
    const fallback: unknown = syntax === "proto2" ? field.options?.["default"] : undefined;
    const option = fallback === undefined ? "" : ` [default = ${String(fallback)}]`;
    return `  ${field.repeated ? "repeated" : singular} ${type} ${field.name} = ${field.id}${option};\n`;
  };
  for (const message of messages) print(schema.type(message));
  return `syntax = "${syntax}";\n\n${[...printed.values()].join("\n")}`;
}
