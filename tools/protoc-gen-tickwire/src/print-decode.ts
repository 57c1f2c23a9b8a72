import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { byNumber, isRequired, localOf, messageOf, packedTagOf, propertyOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import { fieldsOf, type Printer } from "./print-wire.ts";

/**
 * Prints `decodeX`. It asks for the fields once, in the order of their numbers, which is how every implementation
 * writes them; so a usual message is read in one straight line. What comes otherwise (another order, an unknown field)
 * takes another turn of the loop.
 */
export function printDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  const type = printer.typeOf(message);
  f.print`export function decode${localName(message)}(r: ${runtime("Reader")}, end: number): ${type} {`;
  if (fields.length === 0) {
    f.print("  for (let tag = r.next(end); tag !== 0; ) tag = r.other(tag, end, {});");
    f.print("  return {};");
  } else {
    for (const field of fields) printLocal(printer, field);
    f.print("  let tag = r.next(end);");
    f.print("  try {");
    f.print("    for (;;) {");
    for (const field of fields) printField(printer, field);
    f.print("      if (tag === 0) break;");
    f.print(`      tag = r.other(tag, end, ${fieldsOf(message)});`);
    f.print("    }");
    const singular = fields.filter(isSingularMessage);
    printSingularMessages(printer, singular);
    if (singular.length > 0) f.print("    r.pos = end;");
    printRequired(printer, fields.filter(isRequired));
    printReturn(f, message);
    f.print("  } catch (error) {");
    f.print`    throw ${runtime("within")}(error, "${message.typeName}", ${fieldsOf(message)}, tag${indexIn(fields)});`;
    f.print("  }");
  }
  f.print("}");
  f.print();
}

export const isSingularMessage = (field: DescField): boolean => field.fieldKind === "message";

/** The last argument of `within`: which item of a list of messages is being read. */
export function indexIn(fields: readonly DescField[]): string {
  const lists = fields.filter((field) => field.fieldKind === "list" && field.listKind === "message");
  if (lists.length === 0) return "";
  return `, ${lists.map((field) => `tag === ${tagOf(field)} ? ${localOf(field)}.length : `).join("")}-1`;
}

export function printLocal({ f, runtime, typeOf }: Printer, field: DescField): void {
  const message = messageOf(field);
  const type = message === undefined ? scalarOf(field).typeScript : typeOf(message);
  if (field.fieldKind === "list") f.print("  const ", localOf(field), ": ", type, "[] = [];");
  else f.print("  let ", localOf(field), ": ", type, " | undefined;");
  if (isSingularMessage(field)) f.print`  let ${localOf(field)}At: ${runtime("At")} | undefined;`;
}

/** The expression that reads one value of a scalar field. */
export function readOf({ runtime }: Printer, field: DescField, end: string) {
  const { name, read } = scalarOf(field);
  return read === undefined ? [`r.${name}(${end})`] : [runtime(read), `(r, ${end})`];
}

function printField(printer: Printer, field: DescField): void {
  const { f, wire } = printer;
  const name = localOf(field);
  const message = messageOf(field);
  const isList = field.fieldKind === "list";
  f.print(`      ${isList ? "while" : "if"} (tag === ${tagOf(field)}) {`);
  if (message !== undefined && isList) f.print`        ${name}.push(${wire("decode", message)}(r, r.length(end)));`;
  else if (message !== undefined) f.print(`        ${name}At = r.message(end, ${name}At);`);
  else if (isList) f.print(`        ${name}.push(`, ...readOf(printer, field, "end"), ");");
  else f.print(`        ${name} = `, ...readOf(printer, field, "end"), ";");
  f.print("        tag = r.next(end);");
  f.print("      }");
  const packed = packedTagOf(field);
  if (packed === undefined) return;
  f.print(`      if (tag === ${packed}) {`);
  f.print("        const stop = r.length(end);");
  f.print(`        while (r.pos < stop) ${name}.push(`, ...readOf(printer, field, "stop"), ");");
  f.print("        tag = r.next(end);");
  f.print("      }");
}

/** The message, with a key for each field in the order of the schema. */
export function printReturn(f: Printer["f"], message: DescMessage): void {
  f.print(`    return { ${message.fields.map(propertyOf).join(", ")} };`);
}

/** A singular message is read after the others, because occurrences of it that come apart count as one message. */
export function printSingularMessages({ f, wire }: Printer, fields: readonly DescField[]): void {
  for (const field of fields) {
    const message = messageOf(field);
    if (message === undefined) throw new Error(`${field.name} is not a message`);
    f.print(`    if (${localOf(field)}At !== undefined) {`);
    f.print(`      tag = ${tagOf(field)};`);
    f.print`      ${localOf(field)} = r.within(${localOf(field)}At, end, ${wire("decode", message)});`;
    f.print("    }");
  }
}

export function printRequired({ f, runtime }: Printer, fields: readonly DescField[]): void {
  if (fields.length === 0) return;
  f.print("    tag = 0;");
  f.print(`    if (${fields.map((field) => `${localOf(field)} === undefined`).join(" || ")})`);
  f.print`      throw ${runtime("missing")}({ ${fields.map(propertyOf).join(", ")} });`;
}
