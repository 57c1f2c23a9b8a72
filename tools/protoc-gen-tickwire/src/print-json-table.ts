import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Schema } from "@bufbuild/protoplugin";
import { byNumber, messageOf } from "./fields.ts";
import type { Manifest } from "./manifest.ts";
import { messagesOf } from "./names.ts";
import { fileOf, messageNamed } from "./print-protocols.ts";

/** The letters of the scalar types; `packages/codec/src/opend/json-table.ts` reads them. */
const letters: Partial<Record<ScalarType, string>> = {
  [ScalarType.BOOL]: "b",
  [ScalarType.INT32]: "i",
  [ScalarType.UINT32]: "u",
  [ScalarType.INT64]: "l",
  [ScalarType.UINT64]: "L",
  [ScalarType.DOUBLE]: "d",
  [ScalarType.FLOAT]: "f",
  [ScalarType.STRING]: "s",
  [ScalarType.BYTES]: "B",
};

/**
 * Prints what JSON bodies need of the schema, as three texts: data costs a third of what functions per message would.
 * A line is a message: its full name, then `name:number` and type of each field, with `*` for a repeated one. A message
 * type is `m` and its line, an enum type `e` and the line of its members. A protocol is `id:request,response`, by their
 * lines.
 */
export function generateJsonTable(schema: Schema<object>, manifest: Manifest): void {
  const f = schema.generateFile("json-table.ts");
  const messages = schema.files.flatMap(messagesOf);
  const lineOf = (message: DescMessage) => messages.indexOf(message);
  const enums: string[] = [];
  const enumLine = (members: string) => {
    if (!enums.includes(members)) enums.push(members);
    return enums.indexOf(members);
  };
  const typeOf = (field: DescField): string => {
    const message = messageOf(field);
    if (message !== undefined) return `m${lineOf(message)}`;
    if ("enum" in field && field.enum !== undefined)
      return `e${enumLine(field.enum.values.map(({ name, number }) => `${name}=${number}`).join(" "))}`;
    const letter = "scalar" in field && field.scalar !== undefined ? letters[field.scalar] : undefined;
    if (letter === undefined) throw new Error(`${field.parent.typeName}.${field.name}: JSON does not know its type`);
    return letter;
  };
  const printed = (field: DescField) =>
    `${field.name}:${field.number}${typeOf(field)}${field.fieldKind === "list" ? "*" : ""}`;
  const lines = messages.map((message) => [message.typeName, ...byNumber(message).map(printed)].join(" "));
  const protocols = manifest.protocols.map((entry) => {
    const line = (name: string) => lineOf(messageNamed(fileOf(schema, entry.package), name));
    const request = entry.kind === "push" ? "" : line(entry.flat?.request ?? "Request");
    return `${entry.id}:${request},${line(entry.flat?.response ?? "Response")}`;
  });
  f.print("export const messages: string = `", lines.join("\n"), "`;");
  f.print("export const enums: string = `", enums.join("\n"), "`;");
  f.print('export const protocols: string = "', protocols.join(" "), '";');
}
