import type { Schema } from "@bufbuild/protoplugin";
import { descriptorName, type ManifestEntry } from "./manifest.ts";
import { wirePath } from "./names.ts";
import { fileOf } from "./print-protocols.ts";

/**
 * Prints the registry: both directions of every protocol by its id, and the codec of every message by its full name.
 * It pulls in the whole schema, so it has a package subpath of its own and serves tools and servers only.
 */
export function generateRegistry(schema: Schema<object>, manifest: readonly ManifestEntry[]): void {
  const f = schema.generateFile("opend/registry.ts");
  const codec = f.import("MessageCodec", "../opend/protocol.js", true);
  const entryType = f.import("ProtocolCodec", "../opend/protocol.js", true);

  f.print(f.jsDoc("Every protocol by its id, with the codecs of the gateway's side, which clients do not carry."));
  f.print`export const protocols: ReadonlyMap<number, ${entryType}> = new Map<number, ${entryType}>([`;
  for (const entry of manifest) {
    const wire = (name: string) => f.import(name, wirePath(fileOf(schema, entry)));
    const protocol = f.import(descriptorName(entry.package), "./opend/protocols.js");
    const request = entry.kind === "push" ? [] : [", decodeRequest: ", wire("decodeRequest")];
    f.print(
      "  [",
      entry.id,
      ", { protocol: ",
      protocol,
      ...request,
      ", encodeResponse: ",
      wire("encodeResponse"),
      " }],",
    );
  }
  f.print("]);");
  f.print();
  f.print(f.jsDoc("The codec of every message by its full name, for example `Qot_Common.Security`."));
  f.print`export const messages: ReadonlyMap<string, ${codec}> = new Map<string, ${codec}>([`;
  for (const message of schema.files.flatMap((file) => file.messages)) {
    const wire = (verb: string) => f.import(`${verb}${message.name}`, wirePath(message.file));
    f.print("  [", f.string(message.typeName), ", { encode: ", wire("encode"), ", decode: ", wire("decode"), " }],");
  }
  f.print("]);");
}
