import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { LENGTH, mapsOf } from "./fields.ts";
import { localName } from "./names.ts";
import type { Printer } from "./print-wire.ts";

const KEY = (1 << 3) | LENGTH;
const VALUE = (2 << 3) | LENGTH;

/** The name of a map's entries behind `encode` and `decode`, as ts-proto names their type. */
export const entryName = (field: DescField): string => `${localName(field.parent)}_${entryOf(field)}`;

const entryOf = ({ localName }: DescField): string => `${localName[0]?.toUpperCase()}${localName.slice(1)}Entry`;

/** Prints `encodeX` and `decodeX` for the entries of a message's maps. Every writer writes both key and value. */
export function printEntries({ f, runtime, wire, typeOf }: Printer, message: DescMessage): void {
  for (const field of mapsOf(message)) {
    const value = field.message;
    if (field.mapKey !== ScalarType.STRING || (value === undefined && field.scalar !== ScalarType.STRING))
      throw new Error(`${message.typeName}.${field.name}: only maps from texts to texts and to messages are supported`);
    const entry = [runtime("MapEntry"), "<", value === undefined ? "string" : typeOf(value), ">"];
    const typeName = `${message.typeName}.${entryOf(field)}`;
    f.print`const encode${entryName(field)}: ${runtime("Encode")}<${entry}> = /* @__PURE__ */ ${runtime("encoder")}("${typeName}", (w, m) => {`;
    f.print(`  w.string(${KEY}, m.key);`);
    if (value === undefined) f.print(`  w.string(${VALUE}, m.value);`);
    else f.print(`  w.message(${VALUE}, m.value, `, wire("encode", value), ");");
    f.print("});");
    f.print();
    f.print`const decode${entryName(field)}: ${runtime("Decoder")}<${entry}> = /* @__PURE__ */ ${runtime("decoder")}("${typeName}", (r) => ({`;
    f.print(`  key: r.string(${KEY}, ""),`);
    if (value === undefined) f.print(`  value: r.string(${VALUE}, ""),`);
    else f.print(`  value: r.message(${VALUE}, `, wire("decode", value), ", 1),");
    f.print("}));");
    f.print();
  }
}
