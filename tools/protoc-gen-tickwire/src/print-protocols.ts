import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { GeneratedFile, Schema } from "@bufbuild/protoplugin";
import { descriptorName, type ManifestEntry } from "./manifest.ts";
import { exportNames, typesPath, wirePath } from "./names.ts";

/** Prints one descriptor const per protocol of the manifest. */
export function generateProtocols(schema: Schema<object>, manifest: readonly ManifestEntry[]): void {
  const f = schema.generateFile("opend/protocols.ts");
  const names = exportNames(schema.files);
  for (const entry of manifest) printProtocol(f, names, entry, fileOf(schema, entry));
}

/** The file of a manifest entry. */
export function fileOf(schema: Schema<object>, entry: ManifestEntry): DescFile {
  const file = schema.files.find((candidate) => candidate.proto.package === entry.package);
  if (file === undefined) throw new Error(`the manifest names ${entry.package}, which no .proto file defines`);
  return file;
}

export function messageNamed(file: DescFile, name: string): DescMessage {
  const message = file.messages.find((candidate) => candidate.name === name);
  if (message === undefined) throw new Error(`${file.proto.package} has no message ${name}`);
  return message;
}

function printProtocol(
  f: GeneratedFile,
  names: ReturnType<typeof exportNames>,
  entry: ManifestEntry,
  file: DescFile,
): void {
  const isPush = entry.kind === "push";
  const type = (name: string) => f.import(names.get(messageNamed(file, name)) ?? name, typesPath(file), true);
  const wire = (name: string) => f.import(name, wirePath(file));
  const name = descriptorName(entry.package);

  f.print(f.jsDoc(documentation(entry, file)));
  if (isPush) {
    f.print`export const ${name}: ${f.import("PushProtocol", "../opend/protocol.js", true)}<${type("S2C")}> = {`;
  } else {
    const protocol = f.import("RequestProtocol", "../opend/protocol.js", true);
    f.print`export const ${name}: ${protocol}<${type("C2S")}, ${type("S2C")}> = {`;
  }
  f.print(`  id: ${entry.id},`);
  f.print(`  name: "${entry.package}",`);
  f.print(`  kind: "${isPush ? "push" : "request"}",`);
  if (entry.effect !== undefined) f.print(`  effect: "${entry.effect}",`);
  if (entry.limit !== undefined)
    f.print(`  limit: { requests: ${entry.limit.requests}, windowMs: ${entry.limit.windowMs} },`);
  if (entry.conflation !== undefined)
    f.print(`  conflation: { list: "${entry.conflation.list}", key: "${entry.conflation.key}" },`);
  if (!isPush) f.print`  encodeRequest: ${wire("encodeRequest")},`;
  f.print`  decodeResponse: ${wire("decodeResponse")},`;
  f.print`  decodeS2C: ${wire("decodeS2C")},`;
  f.print("};");
  f.print();
}

/** The comment of the package, then what the manifest knows. */
function documentation(entry: ManifestEntry, file: DescFile): string {
  const syntax = file.proto.sourceCodeInfo?.location.find((location) => location.path.join() === "2");
  const lines = (syntax?.leadingComments ?? "").trimEnd().split("\n");
  const facts = [`Protocol id ${entry.id}, \`${entry.package}\`.`];
  if (entry.limit !== undefined)
    facts.push(`At most ${entry.limit.requests} requests in any ${entry.limit.windowMs / 1000} seconds.`);
  return [...lines.map((line) => line.replace(/^ /, "")), "", facts.join(" ")].join("\n").trim();
}
