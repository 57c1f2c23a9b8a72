import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { byNumber, isRequired, localOf, messageOf, packedTagOf, propertyOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import { indexIn, isSingularMessage, printLocal, printRequired, printReturn, readOf } from "./print-decode.ts";
import { fieldsOf, type Printer } from "./print-wire.ts";

/** Reads the first byte of the next tag; -1 at the end. */
const NEXT = "tag = p < end ? b[p++]! : -1;";

/**
 * Prints the `decodeX` of a message that is worth more code. It works as the usual form does, but keeps the position in
 * a local and reads tags, small numbers and doubles where they stand: an engine puts only so many calls into a function,
 * and a double that comes out of a call costs an allocation.
 */
export function printFastDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  printUnread(printer, message);
  f.print`export function decode${localName(message)}(r: ${runtime("Reader")}, end: number): ${printer.typeOf(message)} {`;
  f.print("  const b = r.bytes;");
  f.print("  const v = r.view();");
  f.print("  let p = r.pos;");
  printLocals(printer, message);
  f.print("  let tag = 0;");
  f.print("  try {");
  f.print(`    ${NEXT}`);
  f.print("    for (;;) {");
  for (const field of fields) printField(printer, field);
  f.print("      if (tag < 0) break;");
  f.print("      r.pos = p - 1;");
  f.print("      tag = 0;");
  f.print`      tag = ${runtime("unexpected")}(r, end, ${fieldsOf(message)});`;
  f.print("      p = r.pos;");
  f.print("    }");
  for (const field of fields) printSingularMessage(printer, field);
  f.print("    r.pos = end;");
  printRequired(printer, fields.filter(isRequired));
  printReturn(f, message);
  f.print("  } catch (error) {");
  f.print`    throw ${runtime("within")}(error, "${message.typeName}", ${fieldsOf(message)}, tag${indexIn(fields)});`;
  f.print("  }");
  f.print("}");
  f.print();
}

const unreadOf = (message: DescMessage): string => `unread${localName(message)}`;

/**
 * What the locals begin as. That this object has the same keys as the messages, in the same order, teaches V8 that any
 * of them may be undefined; it would keep the doubles of messages in cells of their own otherwise, and copy each.
 */
function printUnread({ f, runtime, typeOf }: Printer, message: DescMessage): void {
  const entries = message.fields.map((field) => `${field.name}: undefined`);
  const type = [runtime("Unread"), "<", typeOf(message), ">"];
  f.print("const ", unreadOf(message), ": ", ...type, ` = { ${entries.join(", ")} };`);
  f.print();
}

function printLocals(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const [lists, singular] = [true, false].map((isList) =>
    message.fields.filter((field) => (field.fieldKind === "list") === isList),
  ) as [DescField[], DescField[]];
  if (singular.length > 0) {
    const names = singular.map(propertyOf);
    f.print(`  let { ${names.join(", ")} } = ${unreadOf(message)};`);
  }
  for (const field of lists) printLocal(printer, field);
  for (const field of singular.filter(isSingularMessage))
    f.print`  let ${localOf(field)}At: ${runtime("At")} | undefined;`;
}

/** Doubles and floats are read through a DataView. */
const fixedBytes: Readonly<Record<string, number>> = { double: 8, float: 4 };

/** A double that comes out of a call costs an allocation: the fast form is for messages that have some. */
export const hasFixedBytes = (field: DescField): boolean =>
  field.fieldKind === "scalar" && fixedBytes[scalarOf(field).name] !== undefined;

function printField(printer: Printer, field: DescField): void {
  const { f } = printer;
  const isList = field.fieldKind === "list";
  printTurn(f, isList ? "while" : "if", tagOf(field), () => {
    if (isList) printCall(f, () => f.print(`        ${localOf(field)}.push(`, ...elementOf(printer, field), ");"));
    else if (messageOf(field) !== undefined)
      printCall(f, () => f.print(`        ${localOf(field)}At = r.message(end, ${localOf(field)}At);`));
    else printScalar(printer, field);
  });
  const packed = packedTagOf(field);
  if (packed === undefined) return;
  printTurn(f, "if", packed, () =>
    printCall(f, () => {
      f.print("        const stop = r.length(end);");
      f.print(`        while (r.pos < stop) ${localOf(field)}.push(`, ...readOf(printer, field, "stop"), ");");
    }),
  );
}

/** The branch for one tag. A tag of two bytes is told by both; then it is whole, for errors. */
function printTurn(f: Printer["f"], keyword: "if" | "while", tag: number, body: () => void): void {
  if (tag < 0x80) {
    f.print(`      ${keyword} (tag === ${tag}) {`);
  } else {
    if (tag > 0x3fff) throw new Error(`tag ${tag}: the fast form knows tags of one and two bytes`);
    f.print(`      ${keyword} (tag === ${(tag & 0x7f) | 0x80} && b[p] === ${tag >>> 7}) {`);
    f.print(`        tag = ${tag};`);
    f.print("        p++;");
  }
  body();
  f.print(`        ${NEXT}`);
  f.print("      }");
}

/** A call of the reader, which has a position of its own. */
function printCall(f: Printer["f"], call: () => void): void {
  f.print("        r.pos = p;");
  call();
  f.print("        p = r.pos;");
}

/** As `Reader.within`, but the decoder is called where it is known. */
function printSingularMessage({ f, wire }: Printer, field: DescField): void {
  const message = messageOf(field);
  if (message === undefined || !isSingularMessage(field)) return;
  const name = localOf(field);
  f.print(`    if (${name}At !== undefined) {`);
  f.print(`      tag = ${tagOf(field)};`);
  f.print(`      if (typeof ${name}At === "number") {`);
  f.print(`        r.pos = ${name}At;`);
  f.print`        ${name} = ${wire("decode", message)}(r, r.length(end));`;
  f.print`      } else ${name} = r.merged(${name}At, end, ${wire("decode", message)});`;
  f.print("    }");
}

const elementOf = (printer: Printer, field: DescField) => {
  const message = messageOf(field);
  if (message !== undefined) return [printer.wire("decode", message), "(r, r.length(end))"];
  return readOf(printer, field, "end");
};

function printScalar(printer: Printer, field: DescField): void {
  const { f, runtime } = printer;
  const local = localOf(field);
  const { name } = scalarOf(field);
  const call = () => printCall(f, () => f.print(`        ${local} = `, ...readOf(printer, field, "end"), ";"));
  const bytes = fixedBytes[name];
  if (bytes !== undefined) {
    f.print`        if ((p += ${bytes}) > end) throw ${runtime("cut")}();`;
    f.print(`        ${local} = v.getFloat${bytes * 8}(p - ${bytes}, true);`);
  } else if (name === "int32" || name === "uint32" || name === "bool") {
    f.print(`        if (p < end && b[p]! < 0x80) ${local} = b[p++]!${name === "bool" ? " !== 0" : ""};`);
    f.print("        else {");
    call();
    f.print("        }");
  } else {
    call();
  }
}
