import { type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label } from "@bufbuild/protobuf/wkt";
import type { GeneratedFile, Schema } from "@bufbuild/protoplugin";
import { exportNames, typesPath, wirePath } from "./names.ts";

/** Wire types of the protobuf encoding. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Method of `Reader` and `Writer`, and the wire type, of each scalar that the schema uses. */
const scalars: Partial<Record<ScalarType, readonly [method: string, wireType: number]>> = {
  [ScalarType.BOOL]: ["bool", VARINT],
  [ScalarType.INT32]: ["int32", VARINT],
  [ScalarType.UINT32]: ["uint32", VARINT],
  [ScalarType.INT64]: ["int64", VARINT],
  [ScalarType.UINT64]: ["uint64", VARINT],
  [ScalarType.DOUBLE]: ["double", FIXED64],
  [ScalarType.FLOAT]: ["float", FIXED32],
  [ScalarType.STRING]: ["string", LENGTH],
  [ScalarType.BYTES]: ["bytesField", LENGTH],
};

const runtimeTypes = new Set(["Range", "Reader", "Writer"]);

interface Printer {
  readonly f: GeneratedFile;
  readonly names: ReturnType<typeof exportNames>;
  readonly runtime: (name: string) => ReturnType<GeneratedFile["import"]>;
}

/** Prints `encodeX` and `decodeX` for every message of the file. */
export function generateWire(schema: Schema<object>, file: DescFile): void {
  const f = schema.generateFile(`${file.name}.wire.ts`);
  const names = exportNames(schema.files);
  const runtime = (name: string) => f.import(name, "../wire/index.js", runtimeTypes.has(name));
  for (const message of file.messages) {
    if (message.nestedMessages.length + message.nestedEnums.length + message.oneofs.length > 0)
      throw new Error(`${message.typeName}: nested types and oneofs are not supported`);
    printEncode({ f, names, runtime }, message);
    printDecode({ f, names, runtime }, message);
  }
}

const isRequired = (field: DescField): boolean => field.proto.label === FieldDescriptorProto_Label.REQUIRED;
/** A local of the generated functions for this field: its name, unless the functions use that name themselves. */
const localOf = (field: DescField): string => (reserved.has(field.name) ? `${field.name}$` : field.name);
const reserved = new Set([
  "at",
  "i",
  "w",
  "m",
  "r",
  "end",
  "tag",
  "start",
  "stop",
  "error",
  "list",
  "object",
  "missing",
  "within",
]);
const propertyOf = (field: DescField): string =>
  localOf(field) === field.name ? field.name : `${field.name}: ${localOf(field)}`;

const byNumber = (message: DescMessage): DescField[] => [...message.fields].sort((a, b) => a.number - b.number);
const tagOf = (field: DescField, wireType: number): number => (field.number << 3) | wireType;

/** The message of a field, or undefined for scalars and enums. */
const messageOf = (field: DescField): DescMessage | undefined =>
  field.fieldKind === "message" || field.fieldKind === "list" ? field.message : undefined;

/** Reader and writer method, and wire type, of a field's (or its elements') value. Enums travel as int32. */
function scalarOf(field: DescField): readonly [method: string, wireType: number] {
  if (field.fieldKind === "enum" || (field.fieldKind === "list" && field.listKind === "enum")) return ["int32", VARINT];
  const scalar = field.fieldKind === "scalar" || field.fieldKind === "list" ? field.scalar : undefined;
  const found = scalar === undefined ? undefined : scalars[scalar];
  if (found === undefined)
    throw new Error(`${field.parent.typeName}.${field.name}: this kind of field is not supported`);
  return found;
}

function typeOf({ f, names }: Printer, message: DescMessage) {
  return f.import(names.get(message) ?? message.name, typesPath(message.file), true);
}

// encodeX --------------------------------------------------------------------------------------------------------------

function printEncode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  f.print`export function encode${message.name}(w: ${runtime("Writer")}, m: ${typeOf(printer, message)}): void {`;
  if (fields.length === 0) {
    f.print("  void w, m;");
  } else {
    const hasLists = fields.some((field) => field.fieldKind === "list");
    f.print('  let at = "";');
    if (hasLists) f.print("  let i = -1;");
    f.print("  try {");
    for (const field of fields) printEncodeField(printer, field);
    f.print`  } catch (error) {`;
    f.print`    throw ${runtime("within")}(error, "${message.typeName}", at${hasLists ? ", i" : ""});`;
    f.print("  }");
  }
  f.print("}");
  f.print();
}

function printEncodeField(printer: Printer, field: DescField): void {
  const { f, runtime } = printer;
  f.print(`    at = "${field.name}";`);
  if (field.fieldKind === "list") {
    const local = localOf(field);
    f.print`    const ${local} = ${runtime("list")}(m.${field.name});`;
    f.print`    for (i = 0; i < ${local}.length; i++) {`;
    printEncodeValue(printer, field, `${local}[i]!`, "      ");
    f.print("    }");
    f.print("    i = -1;");
  } else if (isRequired(field)) {
    printEncodeValue(printer, field, `m.${field.name}`, "    ");
  } else {
    f.print(`    if (m.${field.name} != null) {`);
    printEncodeValue(printer, field, `m.${field.name}`, "      ");
    f.print("    }");
  }
}

function printEncodeValue(printer: Printer, field: DescField, value: string, indent: string): void {
  const { f, runtime } = printer;
  const message = messageOf(field);
  if (message === undefined) {
    const [method, wireType] = scalarOf(field);
    f.print(`${indent}w.tag(${tagOf(field, wireType)});`);
    f.print(`${indent}w.${method}(${value});`);
    return;
  }
  const encode = f.import(`encode${message.name}`, wirePath(message.file));
  f.print(`${indent}w.tag(${tagOf(field, LENGTH)});`);
  f.print(indent, `const start = w.fork();`);
  f.print(indent, encode, "(w, ", runtime("object"), `(${value}));`);
  f.print(indent, "w.join(start);");
}

// decodeX --------------------------------------------------------------------------------------------------------------

function printDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime } = printer;
  const fields = byNumber(message);
  const type = typeOf(printer, message);
  f.print`export function decode${message.name}(r: ${runtime("Reader")}, end: number): ${type} {`;
  if (fields.length === 0) {
    f.print("  while (r.pos < end) r.skip(r.tag(end), end);");
    f.print("  return {};");
  } else {
    for (const field of fields) printLocal(printer, field);
    f.print('  let at = "";');
    f.print("  try {");
    f.print("    while (r.pos < end) {");
    f.print('      at = "";');
    f.print("      const tag = r.tag(end);");
    f.print("      switch (tag >>> 3) {");
    for (const field of fields) printDecodeField(printer, field);
    f.print("        default:");
    f.print("          r.skip(tag, end);");
    f.print("      }");
    f.print("    }");
    for (const field of fields.filter(isSingularMessage)) printDecodeRange(printer, field);
    const required = fields.filter(isRequired);
    if (required.length > 0) {
      f.print('    at = "";');
      f.print(`    if (${required.map((field) => `${localOf(field)} === undefined`).join(" || ")})`);
      f.print`      throw ${runtime("missing")}({ ${required.map(propertyOf).join(", ")} });`;
    }
    f.print(`    return { ${message.fields.map(propertyOf).join(", ")} };`);
    f.print("  } catch (error) {");
    const lists = fields.filter((field) => field.fieldKind === "list" && field.listKind === "message");
    const index = lists.map((field) => `at === "${field.name}" ? ${localOf(field)}.length : `).join("");
    f.print`    throw ${runtime("within")}(error, "${message.typeName}", at${lists.length > 0 ? `, ${index}-1` : ""});`;
    f.print("  }");
  }
  f.print("}");
  f.print();
}

const isSingularMessage = (field: DescField): boolean => field.fieldKind === "message";

function printLocal(printer: Printer, field: DescField): void {
  const { f, runtime } = printer;
  const message = messageOf(field);
  const type = message === undefined ? scalarTypeScript[scalarOf(field)[0]] : typeOf(printer, message);
  if (type === undefined) throw new Error(`${field.parent.typeName}.${field.name}: no TypeScript type`);
  if (field.fieldKind === "list") f.print("  const ", localOf(field), ": ", type, "[] = [];");
  else f.print("  let ", localOf(field), ": ", type, " | undefined;");
  if (isSingularMessage(field)) f.print`  let ${localOf(field)}At: ${runtime("Range")} | undefined;`;
}

const scalarTypeScript: Record<string, string> = {
  bool: "boolean",
  int32: "number",
  uint32: "number",
  int64: "bigint",
  uint64: "bigint",
  double: "number",
  float: "number",
  string: "string",
  bytesField: "Uint8Array",
};

function printDecodeField(printer: Printer, field: DescField): void {
  const { f } = printer;
  const name = localOf(field);
  const message = messageOf(field);
  f.print(`        case ${field.number}:`);
  f.print(`          at = "${field.name}";`);
  if (field.fieldKind === "list" && message !== undefined) {
    const decode = f.import(`decode${message.name}`, wirePath(message.file));
    f.print(`          r.expect(tag, ${LENGTH});`);
    f.print`          ${name}.push(${decode}(r, r.length(end)));`;
  } else if (field.fieldKind === "list") {
    const [method, wireType] = scalarOf(field);
    if (wireType === LENGTH) {
      f.print(`          r.expect(tag, ${LENGTH});`);
      f.print(`          ${name}.push(r.${method}(end));`);
    } else {
      f.print(`          if ((tag & 7) === ${LENGTH}) {`);
      f.print("            const stop = r.length(end);");
      f.print(`            while (r.pos < stop) ${name}.push(r.${method}(stop));`);
      f.print("          } else {");
      f.print(`            r.expect(tag, ${wireType});`);
      f.print(`            ${name}.push(r.${method}(end));`);
      f.print("          }");
    }
  } else if (message !== undefined) {
    f.print(`          r.expect(tag, ${LENGTH});`);
    f.print(`          ${name}At = r.range(end, ${name}At);`);
  } else {
    const [method, wireType] = scalarOf(field);
    f.print(`          r.expect(tag, ${wireType});`);
    f.print(`          ${name} = r.${method}(end);`);
  }
  f.print("          break;");
}

/** A singular message is read after the others, because occurrences of it that come apart count as one message. */
function printDecodeRange({ f }: Printer, field: DescField): void {
  const message = messageOf(field);
  if (message === undefined) throw new Error(`${field.name} is not a message`);
  const decode = f.import(`decode${message.name}`, wirePath(message.file));
  f.print(`    if (${localOf(field)}At !== undefined) {`);
  f.print(`      at = "${field.name}";`);
  f.print`      ${localOf(field)} = r.within(${localOf(field)}At, ${decode});`;
  f.print("    }");
}
