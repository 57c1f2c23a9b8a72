import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { byNumber, functionOf, isRequired, messageOf, scalarOf, tagOf } from "./fields.ts";
import { localName } from "./names.ts";
import type { Printer } from "./print-wire.ts";

/**
 * Prints `decodeX`: the message as an object of calls that read one field each, in the order of their numbers. A message
 * that has a `readX` keeps them for what that does not read, and as the description of its fields.
 */
export function printDecode(printer: Printer, message: DescMessage): void {
  const { f, runtime, typeOf, isFast } = printer;
  f.print`export const decode${localName(message)}: ${runtime("Decoder")}<${typeOf(message)}> = /* @__PURE__ */ ${runtime("decoder")}("${message.typeName}", (r) => ({`;
  for (const field of byNumber(message)) f.print(`  ${field.name}: `, ...callOf(printer, field), ",");
  f.print(isFast(message) ? `}), read${localName(message)});` : "}));");
  f.print();
}

function callOf({ runtime, wire }: Printer, field: DescField) {
  const message = messageOf(field);
  const tag = tagOf(field);
  const optional = isRequired(field) ? "" : ", 1";
  if (field.fieldKind === "list")
    return message !== undefined
      ? [`r.messages(${tag}, `, wire("decode", message), ")"]
      : [`r.list(${tag}, `, runtime(functionOf("read", scalarOf(field))), ")"];
  if (message !== undefined) return [`r.message(${tag}, `, wire("decode", message), `${optional})`];
  const scalar = scalarOf(field);
  if (scalar.methodOf !== undefined) return [`r.${scalar.name}(${tag}${optional})`];
  return [`r.one(${tag}, `, runtime(functionOf("read", scalar)), `${optional})`];
}
