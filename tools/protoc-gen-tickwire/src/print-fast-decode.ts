import type { DescField, DescMessage } from "@bufbuild/protobuf";
import {
  byNumber,
  functionOf,
  isRequired,
  localOf,
  messageOf,
  packedTagOf,
  propertyOf,
  scalarOf,
  tagOf,
} from "./fields.ts";
import { localName, wirePath } from "./names.ts";
import type { Printer } from "./print-wire.ts";

/** Reads the first byte of the next tag; -1 at the end. */
const NEXT = "tag = p < end ? b[p++]! : -1;";

/**
 * Prints the `readX` of a message that is worth more code, the fast way of its `decodeX`. It keeps the position in a
 * local and reads tags, small numbers and doubles where they stand: an engine puts only so many calls into a function,
 * and a double that comes out of a call costs an allocation.
 */
export function printFastDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  printUnread(printer, message);
  f.print`export function read${localName(message)}(r: ${runtime("Reader")}, end: number): ${printer.typeOf(message)} {`;
  f.print("  const b = r.bytes;");
  f.print("  const v = r.view();");
  f.print("  let p = r.pos;");
  printLocals(printer, message);
  f.print(`  let ${NEXT}`);
  for (const field of fields) printField(printer, field);
  f.print("  r.pos = tag < 0 ? p : p - 1;");
  f.print`  if (tag >= 0) ${runtime("skipRest")}(decode${localName(message)}.type, r, end, -1);`;
  const required = fields.filter(isRequired).map((field) => `${localOf(field)} === undefined`);
  if (required.length > 0) f.print`  if (${required.join(" || ")}) throw ${runtime("UNUSUAL")};`;
  f.print(`  return { ${fields.map(propertyOf).join(", ")} };`);
  f.print("}");
  f.print();
}

const unreadOf = (message: DescMessage): string => `unread${localName(message)}`;

/**
 * What the locals begin as. That this object has the same keys as the messages, in the same order, teaches V8 that any
 * of them may be undefined; it would keep the doubles of messages in cells of their own otherwise, and copy each.
 */
function printUnread({ f, runtime, typeOf }: Printer, message: DescMessage): void {
  const entries = byNumber(message).map((field) => `${field.name}: undefined`);
  const type = [runtime("Unread"), "<", typeOf(message), ">"];
  f.print("const ", unreadOf(message), ": ", ...type, ` = { ${entries.join(", ")} };`);
  f.print();
}

const isList = (field: DescField): boolean => field.fieldKind === "list";

function printLocals({ f, typeOf }: Printer, message: DescMessage): void {
  const singular = message.fields.filter((field) => !isList(field)).map(propertyOf);
  if (singular.length > 0) f.print(`  let { ${singular.join(", ")} } = ${unreadOf(message)};`);
  for (const field of message.fields.filter(isList)) {
    const item = messageOf(field);
    f.print(
      "  const ",
      localOf(field),
      ": ",
      item === undefined ? scalarOf(field).typeScript : typeOf(item),
      "[] = [];",
    );
  }
}

/** Doubles and floats are read through a DataView. */
const fixedBytes: Readonly<Record<string, number>> = { double: 8, float: 4 };

/** A double that comes out of a call costs an allocation: the fast form is for messages that have some. */
export const hasFixedBytes = (field: DescField): boolean =>
  field.fieldKind === "scalar" && fixedBytes[scalarOf(field).name] !== undefined;

function printField(printer: Printer, field: DescField): void {
  const { f } = printer;
  const local = localOf(field);
  printTurn(f, isList(field) ? "while" : "if", tagOf(field), () => {
    if (isList(field)) printCall(f, () => f.print(`    ${local}.push(`, ...valueFrom(printer, field, "end"), ");"));
    else printSingular(printer, field);
  });
  const packed = packedTagOf(field);
  if (packed === undefined) return;
  printTurn(f, "if", packed, () =>
    printCall(f, () => {
      f.print("    const stop = r.length(end);");
      f.print(`    while (r.pos < stop) ${local}.push(`, ...valueFrom(printer, field, "stop"), ");");
    }),
  );
}

/** The branch for one tag. A tag of two bytes is told by both. */
function printTurn(f: Printer["f"], keyword: "if" | "while", tag: number, body: () => void): void {
  if (tag < 0x80) {
    f.print(`  ${keyword} (tag === ${tag}) {`);
  } else {
    if (tag > 0x3fff) throw new Error(`tag ${tag}: the fast form knows tags of one and two bytes`);
    f.print(`  ${keyword} (tag === ${(tag & 0x7f) | 0x80} && b[p] === ${tag >>> 7}) {`);
    f.print("    p++;");
  }
  body();
  f.print(`    ${NEXT}`);
  f.print("  }");
}

/** A call of the reader, which has a position of its own. */
function printCall(f: Printer["f"], call: () => void): void {
  f.print("    r.pos = p;");
  call();
  f.print("    p = r.pos;");
}

/** The expression that reads one value of a field. */
function valueFrom({ f, runtime, isFast, wire }: Printer, field: DescField, end: string) {
  const message = messageOf(field);
  if (message !== undefined) {
    const read = isFast(message)
      ? f.import(`read${localName(message)}`, wirePath(message.file))
      : wire("decode", message);
    return [read, `(r, r.length(${end}))`];
  }
  const scalar = scalarOf(field);
  if (scalar.methodOf !== undefined) return [`r.${functionOf("read", scalar)}(${end})`];
  return [runtime(functionOf("read", scalar)), `(r, ${end})`];
}

function printSingular(printer: Printer, field: DescField): void {
  const { f, runtime } = printer;
  const local = localOf(field);
  const name = messageOf(field) === undefined ? scalarOf(field).name : "";
  const call = () => printCall(f, () => f.print(`    ${local} = `, ...valueFrom(printer, field, "end"), ";"));
  const bytes = fixedBytes[name];
  if (bytes !== undefined) {
    f.print`    if ((p += ${bytes}) > end) throw ${runtime("UNUSUAL")};`;
    f.print(`    ${local} = v.getFloat${bytes * 8}(p - ${bytes}, true);`);
  } else if (name === "int32" || name === "uint32" || name === "bool") {
    f.print(`    if (p < end && b[p]! < 0x80) ${local} = b[p++]!${name === "bool" ? " !== 0" : ""};`);
    f.print("    else {");
    call();
    f.print("    }");
  } else {
    call();
  }
}
