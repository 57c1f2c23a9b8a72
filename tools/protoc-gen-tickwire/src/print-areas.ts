import type { DescEnum } from "@bufbuild/protobuf";
import type { Schema } from "@bufbuild/protoplugin";
import type { Manifest } from "./manifest.ts";
import { exportNames, localName, messagesOf, protocolsPath } from "./names.ts";
import { descriptorOf, fileOf } from "./print-protocols.ts";

/** Prints the index of each area: every type and enum under the one name that it has outside, and the descriptors. */
export function generateAreas(schema: Schema<object>, manifest: Manifest): void {
  const names = exportNames(schema.files);
  const renamed = (type: DescEnum) => {
    const name = names.get(type);
    return name === localName(type) ? name : `${localName(type)} as ${name}`;
  };
  for (const [area, packages] of Object.entries(manifest.areas)) {
    const f = schema.generateFile(`${area}.ts`);
    for (const file of packages.map((name) => fileOf(schema, name))) {
      const messages = messagesOf(file).map((message) => names.get(message));
      if (messages.length > 0) f.print(`export type { ${messages.join(", ")} } from "./${file.name}.ts";`);
      if (file.enums.length > 0) f.print(`export { ${file.enums.map(renamed).join(", ")} } from "./${file.name}.ts";`);
    }
    const protocols = manifest.protocols.filter((entry) => packages.includes(entry.package));
    f.print(`export { ${protocols.map(descriptorOf).join(", ")} } from "${protocolsPath(area).replace(/js$/, "ts")}";`);
  }
  const unplaced = schema.files.filter((file) => !Object.values(manifest.areas).flat().includes(file.proto.package));
  if (unplaced.length > 0)
    throw new Error(`the manifest puts ${unplaced.map((file) => file.name).join(", ")} into no area`);
}
