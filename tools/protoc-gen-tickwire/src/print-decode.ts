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
    f.print("  let tag = -1;");
    f.print("  try {");
    f.print("    tag = r.next(end);");
    f.print("    for (;;) {");
    for (const field of fields) printField(printer, field);
    f.print("      if (tag === 0) break;");
    f.print(`      tag = r.other(tag, end, ${fieldsOf(message)});`);
    f.print("    }");
    printSingularMessages(printer, fields.filter(isSingularMessage));
    printRequired(printer, fields.filter(isRequired));
    f.print(`    return { ${message.fields.map(propertyOf).join(", ")} };`);
    f.print("  } catch (error) {");
    f.print`    throw ${runtime("within")}(error, "${message.typeName}", ${fieldsOf(message)}, tag${indexIn(fields)});`;
    f.print("  }");
  }
  f.print("}");
  f.print();
}

const isSingularMessage = (field: DescField): boolean => field.fieldKind === "message";

/** The last argument of `within`: which item of a list of messages is being read. */
function indexIn(fields: readonly DescField[]): string {
  const lists = fields.filter((field) => field.fieldKind === "list" && field.listKind === "message");
  if (lists.length === 0) return "";
  return `, ${lists.map((field) => `tag === ${tagOf(field)} ? ${localOf(field)}.length : `).join("")}-1`;
}

function printLocal({ f, runtime, typeOf }: Printer, field: DescField): void {
  const message = messageOf(field);
  const type = message === undefined ? scalarOf(field).typeScript : typeOf(message);
  if (field.fieldKind === "list") f.print("  const ", localOf(field), ": ", type, "[] = [];");
  else f.print("  let ", localOf(field), ": ", type, " | undefined;");
  if (isSingularMessage(field)) f.print`  let ${localOf(field)}At: ${runtime("At")} | undefined;`;
}

function printField({ f, wire }: Printer, field: DescField): void {
  const name = localOf(field);
  const message = messageOf(field);
  const isList = field.fieldKind === "list";
  f.print(`      ${isList ? "while" : "if"} (tag === ${tagOf(field)}) {`);
  if (message !== undefined && isList) f.print`        ${name}.push(${wire("decode", message)}(r, r.length(end)));`;
  else if (message !== undefined) f.print(`        ${name}At = r.message(end, ${name}At);`);
  else if (isList) f.print(`        ${name}.push(r.${scalarOf(field).method}(end));`);
  else f.print(`        ${name} = r.${scalarOf(field).method}(end);`);
  f.print("        tag = r.next(end);");
  f.print("      }");
  const packed = packedTagOf(field);
  if (packed === undefined) return;
  f.print(`      if (tag === ${packed}) {`);
  f.print("        const stop = r.length(end);");
  f.print(`        while (r.pos < stop) ${name}.push(r.${scalarOf(field).method}(stop));`);
  f.print("        tag = r.next(end);");
  f.print("      }");
}

/** A singular message is read after the others, because occurrences of it that come apart count as one message. */
function printSingularMessages({ f, wire }: Printer, fields: readonly DescField[]): void {
  for (const field of fields) {
    const message = messageOf(field);
    if (message === undefined) throw new Error(`${field.name} is not a message`);
    f.print(`    if (${localOf(field)}At !== undefined) {`);
    f.print(`      tag = ${tagOf(field)};`);
    f.print`      ${localOf(field)} = r.within(${localOf(field)}At, end, ${wire("decode", message)});`;
    f.print("    }");
  }
  if (fields.length > 0) f.print("    r.pos = end;");
}

function printRequired({ f, runtime }: Printer, fields: readonly DescField[]): void {
  if (fields.length === 0) return;
  f.print(`    if (${fields.map((field) => `${localOf(field)} === undefined`).join(" || ")}) {`);
  f.print("      tag = 0;");
  f.print`      throw ${runtime("missing")}({ ${fields.map(propertyOf).join(", ")} });`;
  f.print("    }");
}
