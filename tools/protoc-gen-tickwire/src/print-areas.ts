import type { DescFile } from "@bufbuild/protobuf";
import type { GeneratedFile, Schema } from "@bufbuild/protoplugin";
import type { Manifest } from "./manifest.ts";
import { enumsOf, exportNames, localName, messagesOf, protocolsPath } from "./names.ts";
import { descriptorOf, fileOf } from "./print-protocols.ts";

/** Prints the index of each area: every type and enum under the one name that it has outside, and the descriptors. */
export function generateAreas(schema: Schema<object>, manifest: Manifest): void {
  for (const [area, packages] of Object.entries(manifest.areas)) {
    const f = schema.generateFile(`${area}.ts`);
    printTypes(
      f,
      schema,
      packages.map((name) => fileOf(schema, name)),
    );
    const protocols = manifest.protocols.filter((entry) => packages.includes(entry.package));
    f.print(`export { ${protocols.map(descriptorOf).join(", ")} } from "${protocolsPath(area).replace(/js$/, "ts")}";`);
  }
  const unplaced = schema.files.filter((file) => !Object.values(manifest.areas).flat().includes(file.proto.package));
  if (unplaced.length > 0)
    throw new Error(`the manifest puts ${unplaced.map((file) => file.name).join(", ")} into no area`);
}

/** Prints the index of a schema that has no areas. */
export const generateIndex = (schema: Schema<object>, name: string): void =>
  printTypes(schema.generateFile(`${name}.ts`), schema, schema.files);

function printTypes(f: GeneratedFile, schema: Schema<object>, files: readonly DescFile[]): void {
  const names = exportNames(schema.files);
  for (const file of files) {
    const messages = messagesOf(file).map((message) => names.get(message));
    const enums = enumsOf(file).map((type) => {
      const name = names.get(type);
      return name === localName(type) ? name : `${localName(type)} as ${name}`;
    });
    if (messages.length > 0) f.print(`export type { ${messages.join(", ")} } from "./${file.name}.ts";`);
    if (enums.length > 0) f.print(`export { ${enums.join(", ")} } from "./${file.name}.ts";`);
  }
}
