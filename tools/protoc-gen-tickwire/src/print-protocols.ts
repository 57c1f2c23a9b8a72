import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { GeneratedFile, Schema } from "@bufbuild/protoplugin";
import type { Manifest, ManifestEntry } from "./manifest.ts";
import { descriptorName, exportNames, protocolsPath, typesPath, wirePath } from "./names.ts";

/** Prints one descriptor const per protocol of the manifest, a file per area. */
export function generateProtocols(schema: Schema<object>, manifest: Manifest): void {
  const names = exportNames(schema.files);
  for (const [area, packages] of Object.entries(manifest.areas)) {
    const f = schema.generateFile(`${protocolsPath(area).slice(2, -3)}.ts`);
    for (const entry of manifest.protocols.filter((entry) => packages.includes(entry.package)))
      printProtocol(f, names, entry, fileOf(schema, entry.package));
  }
}

/** The name of a protocol's descriptor. */
export const descriptorOf = (entry: ManifestEntry): string => entry.flat?.name ?? descriptorName(entry.package);

/** The area that a package belongs to. */
export function areaOf(manifest: Manifest, packageName: string): string {
  const area = Object.entries(manifest.areas).find(([, packages]) => packages.includes(packageName));
  if (area === undefined) throw new Error(`the manifest puts ${packageName} into no area`);
  return area[0];
}

/** The file that defines a package. */
export function fileOf(schema: Schema<object>, packageName: string): DescFile {
  const file = schema.files.find((candidate) => candidate.proto.package === packageName);
  if (file === undefined) throw new Error(`the manifest names ${packageName}, which no .proto file defines`);
  return file;
}

/** A message of the file by its name. */
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
  const typeOf = (name: string) => f.import(name, "../opend/protocol.js", true);
  const { flat } = entry;

  const c2s = isPush ? [] : [type(flat?.request ?? "C2S")];
  const content = entry.needsPacketId ? [typeOf("WithoutPacketId"), "<", c2s, ">"] : c2s;
  const s2c = type(flat?.response ?? "S2C");
  const descriptorType = isPush
    ? [typeOf("PushProtocol"), "<", s2c, ">"]
    : [typeOf("RequestProtocol"), "<", content, ", ", s2c, ">"];

  f.print(f.jsDoc(documentation(entry, file)));
  f.print`export const ${descriptorOf(entry)}: ${descriptorType} = {`;
  f.print(`  id: ${entry.id},`);
  f.print(`  name: "${flat?.name ?? entry.package}",`);
  f.print(`  kind: "${isPush ? "push" : "request"}",`);
  const since = versionNumber(entry.since);
  if (since > OLDEST) f.print(`  since: ${since},`);
  if (entry.effect !== undefined) f.print(`  effect: "${entry.effect}",`);
  if (entry.limit !== undefined) printLimit(f, entry.limit);
  if (entry.needsPacketId) f.print("  needsPacketId: true,");
  if (isPush) printPush(f, entry, messageNamed(file, "S2C"));
  if (flat !== undefined) f.print("  flat: true,");
  else checkEnvelope(file, isPush);
  if (!isPush) {
    // The encoder says by its error that the field is missing; its type would not let it be left out.
    const cast = entry.needsPacketId ? [" as ", descriptorType, '["encodeC2S"]'] : [];
    f.print`  encodeC2S: ${wire(`encode${flat?.request ?? "C2S"}`)}${cast},`;
  }
  f.print`  decodeS2C: ${wire(`decode${flat?.response ?? "S2C"}`)},`;
  f.print("};");
  f.print();
}

/** The oldest version that was looked at: what it has may be older. */
const OLDEST = 605;

/** As OpenD tells its own version: `10.9` is 1009. */
function versionNumber(version: string): number {
  const [major, minor] = version.split(".").map(Number) as [number, number];
  return major * 100 + minor;
}

/** Where a limit is known from is told in the documentation, not at run time. */
function printLimit(f: GeneratedFile, { source: _, when, ...facts }: NonNullable<ManifestEntry["limit"]>): void {
  const values = JSON.stringify(facts);
  if (when === undefined) f.print(`  limit: ${values},`);
  // The condition's name is that of the function.
  else f.print`  limit: {${values.slice(1, -1)}, when: ${f.import(when, "../opend/rate-limit.js")}},`;
}

/** What a stream needs to know of a push: which messages replace each other, and which security they are about. */
function printPush(f: GeneratedFile, { conflation }: ManifestEntry, s2c: DescMessage): void {
  const runtime = (name: string) => f.import(name, "../opend/push.js");
  if (conflation !== undefined)
    f.print`  conflate: /* @__PURE__ */ ${runtime("conflateBy")}(${JSON.stringify(conflation)}),`;
  const list = s2c.fields.find((field) => field.fieldKind === "list" && securityIn(field.message) !== undefined);
  if (securityIn(s2c) !== undefined) f.print`  select: ${runtime("selectWhole")},`;
  else if (list !== undefined) f.print`  select: /* @__PURE__ */ ${runtime("selectItems")}("${list.name}"),`;
}

const securityIn = (message: DescMessage | undefined) =>
  message?.fields.find(({ name, message }) => name === "security" && message?.typeName === "Qot_Common.Security");

/** `packages/codec/src/opend/envelope.ts` reads and writes the envelopes of all protocols: they must be the same. */
function checkEnvelope(file: DescFile, isPush: boolean): void {
  const shape = (name: string) =>
    messageNamed(file, name)
      .fields.map(({ number, name, proto }) => `${number} ${name} ${proto.label} ${proto.type}`)
      .join();
  const { OPTIONAL, REQUIRED } = FieldDescriptorProto_Label;
  const { INT32, MESSAGE, STRING } = FieldDescriptorProto_Type;
  const response = [
    `1 retType ${REQUIRED} ${INT32}`,
    `2 retMsg ${OPTIONAL} ${STRING}`,
    `3 errCode ${OPTIONAL} ${INT32}`,
    `4 s2c ${OPTIONAL} ${MESSAGE}`,
  ];
  // InitWebSocket alone calls its c2s optional; it is written all the same.
  const requests = [REQUIRED, OPTIONAL].map((label) => `1 c2s ${label} ${MESSAGE}`);
  if (shape("Response") !== response.join() || (!isPush && !requests.includes(shape("Request"))))
    throw new Error(`${file.proto.package}: another envelope than all others; is it a flat protocol?`);
}

/** The comment of the package, then what the manifest knows. */
function documentation(entry: ManifestEntry, file: DescFile): string {
  const syntax = file.proto.sourceCodeInfo?.location.find((location) => location.path.join() === "2");
  const lines = (syntax?.leadingComments ?? "").trimEnd().split("\n");
  const facts = [`Protocol id ${entry.id}, \`${entry.package}\`.`];
  if (entry.limit !== undefined) facts.push(limitOf(entry.limit));
  return [...lines.map((line) => line.replace(/^ /, "")), "", facts.join(" ")].join("\n").trim();
}

/** The limit in a sentence; docs/protocols.md has the words for which requests count. */
function limitOf({ requests, windowMs, per, when, minGapMs }: NonNullable<ManifestEntry["limit"]>): string {
  const whose = per === undefined ? "" : ` of ${per === "user" ? "a user" : "an account"}`;
  const which = when === undefined ? "" : `, counting only some (${when}: see docs/protocols.md)`;
  const gap = minGapMs === undefined ? "" : `, ${minGapMs} ms apart at least`;
  return `At most ${requests} requests${whose} in any ${windowMs / 1000} seconds${gap}${which}.`;
}
