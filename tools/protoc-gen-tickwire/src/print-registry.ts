import type { Schema } from "@bufbuild/protoplugin";
import type { Manifest } from "./manifest.ts";
import { localName, messagesOf, protocolsPath, wirePath } from "./names.ts";
import { areaOf, descriptorOf, fileOf } from "./print-protocols.ts";

/**
 * Prints the registry: both directions of every protocol by its id, and the codec of every message by its full name.
 * It pulls in the whole schema, so it has a package subpath of its own and serves tools and servers only.
 */
export function generateRegistry(schema: Schema<object>, manifest: Manifest): void {
  const f = schema.generateFile("registry.ts");
  const envelope = (name: string) => f.import(name, "../opend/envelope.js");
  const codec = f.import("MessageCodec", "../opend/protocol.js", true);
  const entryType = f.import("ProtocolCodec", "../opend/protocol.js", true);

  f.print(f.jsDoc("Every protocol by its id, with the codecs of the gateway's side, which clients do not carry."));
  f.print`export const protocols: ReadonlyMap<number, ${entryType}> = new Map<number, ${entryType}>([`;
  for (const entry of manifest.protocols) {
    const { flat } = entry;
    const wire = (name: string) => f.import(name, wirePath(fileOf(schema, entry.package)));
    const area = areaOf(manifest, entry.package);
    const protocol = f.import(descriptorOf(entry), protocolsPath(area));
    f.print("  [", entry.id, ", { protocol: ", protocol, ", area: ", f.string(area));
    if (flat !== undefined) {
      f.print("    , decodeRequest: ", envelope("flatRequest"), "(", wire(`decode${flat.request}`), ")");
      f.print("    , encodeResponse: ", envelope("flatResponse"), "(", wire(`encode${flat.response}`), ")");
    } else {
      if (entry.kind !== "push") f.print("    , decodeRequest: ", wire("decodeRequest"));
      f.print("    , encodeResponse: ", wire("encodeResponse"));
    }
    f.print("  }],");
  }
  f.print("]);");
  f.print();
  f.print(f.jsDoc("The codec of every message by its full name, for example `Qot_Common.Security`."));
  f.print`export const messages: ReadonlyMap<string, ${codec}> = new Map<string, ${codec}>([`;
  for (const message of schema.files.flatMap(messagesOf)) {
    const wire = (verb: string) => f.import(verb + localName(message), wirePath(message.file));
    f.print("  [", f.string(message.typeName), ", { encode: ", wire("encode"), ", decode: ", wire("decode"), " }],");
  }
  f.print("]);");
}
