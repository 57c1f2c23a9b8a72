import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { absenceOf, byNumber, functionOf, messageOf, packedTagOf, propertyNameOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import { entryName } from "./print-map.ts";
import type { Printer } from "./print-wire.ts";

/** Prints `encodeX`: the fields in the order of their numbers, as every implementation writes them. */
export function printEncode(printer: Printer, message: DescMessage): void {
  const { f, runtime, typeOf } = printer;
  f.print`export const encode${localName(message)}: ${runtime("Encode")}<${typeOf(message)}> = /* @__PURE__ */ ${runtime("encoder")}("${message.typeName}", (w, m) => {`;
  for (const field of byNumber(message)) printField(printer, field);
  f.print("});");
  f.print();
}

function printField({ f, runtime, wire }: Printer, field: DescField): void {
  const message = messageOf(field);
  const value = `m.${propertyNameOf(field)}`;
  const place = `${tagOf(field)}, ${value}`;
  if (field.fieldKind === "map") {
    f.print("  ", runtime("writeMap"), `(w, ${place}, encode${entryName(field)});`);
  } else if (field.fieldKind === "list") {
    if (field.packed) f.print("  ", runtime(packedWriterOf(field)), `(w, ${packedTagOf(field)}, ${value});`);
    else if (message !== undefined) f.print(`  w.messages(${place}, `, wire("encode", message), ");");
    else f.print(`  w.list(${place}, `, runtime(functionOf("write", scalarOf(field))), ");");
  } else if (message !== undefined) {
    f.print(`  w.message(${place}, `, wire("encode", message), `${absenceOf(field)});`);
  } else {
    const scalar = scalarOf(field);
    if (scalar.methodOf === "both") f.print(`  w.${scalar.name}(${place}${absenceOf(field)});`);
    else f.print("  ", runtime(functionOf("write", scalar)), `(w, ${place}${absenceOf(field)});`);
  }
}

/** The function that writes all of a list's numbers in one. */
function packedWriterOf(field: DescField): string {
  const { name } = scalarOf(field);
  if (name !== "int32") throw new Error(`${field.parent.typeName}.${field.name}: nothing writes a packed ${name}`);
  return "writePackedInt32";
}
