import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { byNumber, functionOf, isRequired, messageOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
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
  const place = `${tagOf(field)}, m.${field.name}`;
  const optional = isRequired(field) ? "" : ", 1";
  if (field.fieldKind === "list") {
    if (message !== undefined) f.print(`  w.messages(${place}, `, wire("encode", message), ");");
    else f.print(`  w.list(${place}, `, runtime(functionOf("write", scalarOf(field))), ");");
  } else if (message !== undefined) {
    f.print(`  w.message(${place}, `, wire("encode", message), `${optional});`);
  } else {
    const scalar = scalarOf(field);
    if (scalar.methodOf === "both") f.print(`  w.${scalar.name}(${place}${optional});`);
    else f.print("  ", runtime(functionOf("write", scalar)), `(w, ${place}${optional});`);
  }
}
