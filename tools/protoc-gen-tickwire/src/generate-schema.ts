// Generates packages/cli/src/gen/schema.ts: OpenD's schema with its comments, as a text of JSON, for help at a terminal.
// Usage: node generate-schema.ts
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createFileRegistry,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  fromBinary,
  getOption,
  hasOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { getComments, getPackageComments } from "@bufbuild/protoplugin";
import { byNumber, isRequired, messageOf } from "./fields.ts";
import { readManifest } from "./manifest.ts";
import { enumsOf, messagesOf } from "./names.ts";

const root = join(import.meta.dirname, "../../..");
const target = join(root, "packages/cli/src/gen");

const bin = join(import.meta.dirname, "../node_modules/.bin/buf");
const built = execFileSync(bin, ["build", "proto", "--output", "-"], { cwd: root, maxBuffer: 2 ** 26 });
const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, built));
const found = files.getExtension("tickwire.enum");
if (found === undefined) throw new Error("proto/tickwire/options.proto does not define tickwire.enum");
const enumOption: DescExtension = found;
const schema = [...files.files].filter((file) => file.name.startsWith("opend/"));
const manifest = readManifest(join(root, "proto/opend.manifest.json"));

const wordsOf = (comment = ""): string => comment.replaceAll(/\s+/g, " ").trim();
const about = (desc: DescField | DescMessage | DescEnum | DescEnum["values"][number]): { about?: string } => {
  const text = wordsOf(getComments(desc).leading);
  return text === "" ? {} : { about: text };
};

/** Of the comment before `package`, without the words that tell the protocol and its kind. */
function meaningOf(packageName: string): string {
  const file = schema.find(({ proto }) => proto.package === packageName);
  const text = wordsOf(file && getPackageComments(file).leading);
  const [, rest] = /^(?:[^:.]*, )?(?:request and reply|push): (.*)$/i.exec(text) ?? [];
  return rest === undefined ? text : rest.charAt(0).toUpperCase() + rest.slice(1);
}

function fieldOf(field: DescField): object {
  const type = messageOf(field)?.typeName ?? ("enum" in field ? field.enum?.typeName : undefined);
  const scalar = "scalar" in field && field.scalar !== undefined ? ScalarType[field.scalar] : undefined;
  const named = hasOption(field, enumOption) ? String(getOption(field, enumOption)) : undefined;
  return {
    name: field.name,
    type: type ?? scalar?.toLowerCase(),
    label: field.fieldKind === "list" ? "repeated" : isRequired(field) ? "required" : "optional",
    ...(named !== undefined && { enum: named }),
    ...about(field),
  };
}

const protocols = manifest.protocols.map((entry) => ({
  id: entry.id,
  name: entry.flat?.name ?? entry.package,
  kind: entry.kind,
  about: meaningOf(entry.package),
  ...(entry.kind !== "push" && { request: `${entry.package}.${entry.flat?.request ?? "C2S"}` }),
  response: `${entry.package}.${entry.flat?.response ?? "S2C"}`,
  ...(entry.limit && { limit: { requests: entry.limit.requests, windowMs: entry.limit.windowMs } }),
}));
const messages = schema
  .flatMap(messagesOf)
  .map((message) => [message.typeName, { ...about(message), fields: byNumber(message).map(fieldOf) }]);
const enums = schema
  .flatMap(enumsOf)
  .map((type) => [
    type.typeName,
    type.values.map((value) => ({ name: value.name, number: value.number, ...about(value) })),
  ]);

const json = JSON.stringify({ protocols, messages: Object.fromEntries(messages), enums: Object.fromEntries(enums) });
mkdirSync(target, { recursive: true });
writeFileSync(join(target, "schema.ts"), `export const schemaJson: string = ${JSON.stringify(json)};\n`);
