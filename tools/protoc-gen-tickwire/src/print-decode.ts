import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { absenceOf, byNumber, functionOf, mapsOf, messageOf, propertyNameOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import { entryName } from "./print-map.ts";
import type { Printer } from "./print-wire.ts";

/**
 * Prints `decodeX`: the message as an object of calls that read one field each, in the order of their numbers. A message
 * that has a `readX` keeps them for what that does not read, and as the description of its fields.
 */
export function printDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime, typeOf, isFast, wire } = printer;
  const maps = mapsOf(message);
  const type = runtime(maps.length > 0 ? "Decode" : "Decoder");
  const around = maps.length > 0 ? [" ", runtime("decoderOfMaps"), "(/* @__PURE__ */"] : [];
  f.print`export const decode${localName(message)}: ${type}<${typeOf(message)}> = /* @__PURE__ */${around} ${runtime("decoder")}("${message.typeName}", (r) => ({`;
  for (const field of byNumber(message)) f.print(`  ${propertyNameOf(field)}: `, ...callOf(printer, field), ",");
  if (maps.length > 0) {
    f.print("})), {");
    for (const field of maps) {
      // Inside of a function, because it may be declared further down.
      const decodeValue = field.message && ["(r, end) => ", wire("decode", field.message), "(r, end)"];
      f.print(`  ${propertyNameOf(field)}: `, decodeValue ?? "undefined", ",");
    }
    f.print("});");
  } else f.print(isFast(message) ? `}), read${localName(message)});` : "}));");
  f.print();
}

function callOf({ runtime, wire }: Printer, field: DescField) {
  const message = messageOf(field);
  const tag = tagOf(field);
  if (field.fieldKind === "map") return [`r.messages(${tag}, decode${entryName(field)})`];
  if (field.fieldKind === "list")
    return message !== undefined
      ? [`r.messages(${tag}, `, wire("decode", message), ")"]
      : [`r.list(${tag}, `, runtime(functionOf("read", scalarOf(field))), ")"];
  if (message !== undefined) return [`r.message(${tag}, `, wire("decode", message), `${absenceOf(field)})`];
  const scalar = scalarOf(field);
  if (scalar.methodOf !== undefined) return [`r.${scalar.name}(${tag}${absenceOf(field)})`];
  return [`r.one(${tag}, `, runtime(functionOf("read", scalar)), `${absenceOf(field)})`];
}
