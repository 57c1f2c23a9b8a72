import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { byNumber, isRequired, localOf, messageOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import { fieldsOf, type Printer } from "./print-wire.ts";

/** Prints `encodeX`: the fields in the order of their numbers, as every implementation writes them. */
export function printEncode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  f.print`export function encode${localName(message)}(w: ${runtime("Writer")}, m: ${printer.typeOf(message)}): void {`;
  if (fields.length === 0) {
    f.print("  void w, m;");
  } else {
    const hasLists = fields.some((field) => field.fieldKind === "list");
    f.print(`  let tag = ${tagOf(fields[0] as DescField)};`);
    if (fields.some((field) => messageOf(field) !== undefined)) f.print("  let start = 0;");
    if (hasLists) f.print("  let i = -1;");
    f.print("  try {");
    for (const field of fields) {
      if (field !== fields[0]) f.print(`    tag = ${tagOf(field)};`);
      printField(printer, field);
    }
    f.print`  } catch (error) {`;
    const where = `"${message.typeName}", ${fieldsOf(message)}, tag${hasLists ? ", i" : ""}`;
    f.print`    throw ${runtime("within")}(error, ${where});`;
    f.print("  }");
  }
  f.print("}");
  f.print();
}

function printField(printer: Printer, field: DescField): void {
  const { f, runtime } = printer;
  if (field.fieldKind === "list") {
    const local = localOf(field);
    f.print`    const ${local} = ${runtime("list")}(m.${field.name});`;
    f.print`    for (i = 0; i < ${local}.length; i++) {`;
    printValue(printer, field, `${local}[i]!`, "      ");
    f.print("    }");
    f.print("    i = -1;");
  } else if (isRequired(field)) {
    printValue(printer, field, `m.${field.name}`, "    ");
  } else {
    f.print(`    if (m.${field.name} != null) {`);
    printValue(printer, field, `m.${field.name}`, "      ");
    f.print("    }");
  }
}

function printValue({ f, runtime, wire }: Printer, field: DescField, value: string, indent: string): void {
  const message = messageOf(field);
  if (message === undefined) {
    const { name, write } = scalarOf(field);
    if (write === undefined) f.print(`${indent}w.${name}(${tagOf(field)}, ${value});`);
    else f.print(indent, runtime(write), `(w, ${tagOf(field)}, ${value});`);
    return;
  }
  f.print(`${indent}start = w.fork(${tagOf(field)});`);
  f.print(indent, wire("encode", message), "(w, ", runtime("object"), `(${value}));`);
  f.print(`${indent}w.join(start);`);
}
