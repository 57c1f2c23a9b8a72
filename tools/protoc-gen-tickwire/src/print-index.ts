import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Schema } from "@bufbuild/protoplugin";
import { descriptorName, type ManifestEntry } from "./manifest.ts";
import { exportNames } from "./names.ts";

/** Prints the flat index: every type and enum under the one name that it has outside, and the descriptors. */
export function generateIndex(schema: Schema<object>, manifest: readonly ManifestEntry[]): void {
  const f = schema.generateFile("opend/index.ts");
  const names = exportNames(schema.files);
  const nameOf = (message: DescMessage) => names.get(message);
  const renamed = (type: DescEnum) => {
    const name = names.get(type);
    return name === type.name ? type.name : `${type.name} as ${name}`;
  };
  for (const file of schema.files) {
    const path = `./${file.name.replace("opend/", "")}.ts`;
    if (file.messages.length > 0) f.print(`export type { ${file.messages.map(nameOf).join(", ")} } from "${path}";`);
    if (file.enums.length > 0) f.print(`export { ${file.enums.map(renamed).join(", ")} } from "${path}";`);
  }
  f.print(`export { ${manifest.map((entry) => descriptorName(entry.package)).join(", ")} } from "./protocols.ts";`);
}
