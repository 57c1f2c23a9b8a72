import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { GeneratedFile, Schema } from "@bufbuild/protoplugin";
import { messageOf } from "./fields.ts";
import type { Manifest } from "./manifest.ts";
import { exportNames, localName, messagesOf, typesPath, wirePath } from "./names.ts";
import { printDecode } from "./print-decode.ts";
import { printEncode } from "./print-encode.ts";
import { hasFixedBytes, printFastDecode } from "./print-fast-decode.ts";
import { printEntries } from "./print-map.ts";
import { fileOf, messageNamed } from "./print-protocols.ts";

const runtimeTypes = new Set(["Decode", "Decoder", "Encode", "MapEntry", "Reader", "Unread"]);

/** What the printers of encoders and decoders share. */
export interface Printer {
  readonly f: GeneratedFile;
  /** Something of `packages/codec/src/wire`. */
  runtime(name: string): ReturnType<GeneratedFile["import"]>;
  /** `encodeX` or `decodeX` of a message. */
  wire(verb: "encode" | "decode", message: DescMessage): ReturnType<GeneratedFile["import"]>;
  /** Whether a message gets a fast `readX` beside its `decodeX`. */
  isFast(message: DescMessage): boolean;
  /** The interface of a message. */
  typeOf(message: DescMessage): ReturnType<GeneratedFile["import"]>;
}

/** Prints `encodeX` and `decodeX` for every message of the file. */
export function generateWire(schema: Schema<object>, file: DescFile, hot: ReadonlySet<DescMessage>): void {
  const f = schema.generateFile(`${file.name}.wire.ts`);
  const names = exportNames(schema.files);
  const printer: Printer = {
    f,
    runtime: (name) => f.import(name, "../wire/index.js", runtimeTypes.has(name)),
    wire: (verb, message) => f.import(verb + localName(message), wirePath(message.file)),
    isFast: (message) => hot.has(message) && message.fields.some(hasFixedBytes),
    typeOf: (message) => f.import(names.get(message) ?? message.name, typesPath(message.file), true),
  };
  for (const message of messagesOf(file)) {
    if (message.oneofs.length > 0) throw new Error(`${message.typeName}: oneofs are not supported`);
    printEntries(printer, message);
    printEncode(printer, message);
    if (printer.isFast(message)) printFastDecode(printer, message);
    printDecode(printer, message);
  }
}

/** All messages that replies and pushes of hot protocols are made of. */
export function hotMessages(schema: Schema<object>, manifest: Manifest): ReadonlySet<DescMessage> {
  const hot = new Set<DescMessage>();
  const add = (message: DescMessage) => {
    if (hot.has(message)) return;
    hot.add(message);
    for (const inner of message.fields.map(messageOf)) if (inner !== undefined) add(inner);
  };
  for (const entry of manifest.protocols)
    if (entry.hot === true) add(messageNamed(fileOf(schema, entry.package), "S2C"));
  return hot;
}
