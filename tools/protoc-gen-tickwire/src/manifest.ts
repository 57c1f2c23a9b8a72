import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** One line of `proto/opend.manifest.json`: what the schema itself cannot say of a protocol. */
export interface ManifestEntry {
  readonly id: number;
  /** The vendor's package, which is also the name of the `.proto` file. */
  readonly package: string;
  readonly kind: "request" | "push" | "internal";
  /** For requests: what a repetition may do. */
  readonly effect?: "read" | "write" | "subscribe";
  readonly limit?: { readonly requests: number; readonly windowMs: number };
  /** For pushes: the repeated field whose items replace each other, and the field of an item that identifies it. */
  readonly conflation?: { readonly list: string; readonly key: string };
}

/** Reads the manifest, and refuses one that does not fit the schema beside it. */
export function readManifest(path: string): readonly ManifestEntry[] {
  const manifest: { readonly protocols: readonly ManifestEntry[] } = JSON.parse(readFileSync(path, "utf8"));
  const ajv = new Ajv({ allErrors: true });
  const schema = JSON.parse(readFileSync(path.replace(/\.json$/, ".schema.json"), "utf8"));
  if (!ajv.validate(schema, manifest)) throw new Error(`${path}: ${ajv.errorsText(ajv.errors, { dataVar: "" })}`);
  return manifest.protocols;
}

/** `Qot_GetUserSecurity` → `QotGetUserSecurity`: the name of the descriptor, and the prefix of the package's own types. */
export function descriptorName(packageName: string): string {
  return packageName.replaceAll("_", "");
}
