import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** `proto/opend.manifest.json`: what the schema itself cannot say. Its JSON Schema tells each property's meaning. */
export interface Manifest {
  /** The packages of each area; an area is a subpath of the published package. */
  readonly areas: Readonly<Record<string, readonly string[]>>;
  readonly protocols: readonly ManifestEntry[];
}

/** One protocol. */
export interface ManifestEntry {
  readonly id: number;
  /** The vendor's package, which is also the name of the `.proto` file. */
  readonly package: string;
  readonly kind: "request" | "push" | "internal";
  /** The version `major.minor` of the oldest client that has it. */
  readonly since: string;
  readonly effect?: "read" | "write" | "subscribe";
  readonly limit?: {
    readonly requests: number;
    readonly windowMs: number;
    readonly per?: "account" | "user";
    readonly bucket?: string;
    readonly minGapMs?: number;
    readonly when?: string;
    readonly source: "documentation" | "vendor-script" | "third-party";
  };
  readonly needsPacketId?: boolean;
  readonly conflation?: {
    readonly list?: string;
    readonly key: string | readonly string[];
    readonly within?: string | readonly string[];
  };
  /** Whether those messages of the reply or push that hold doubles get the fast form of decoder. */
  readonly hot?: boolean;
  /** For protocols whose messages are not wrapped in Request { c2s } and Response { s2c }. */
  readonly flat?: { readonly name: string; readonly request: string; readonly response: string };
}

/** Reads the manifest, and refuses one that does not fit the schema beside it. */
export function readManifest(path: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(path, "utf8"));
  const ajv = new Ajv({ allErrors: true });
  const schema = JSON.parse(readFileSync(path.replace(/\.json$/, ".schema.json"), "utf8"));
  if (!ajv.validate(schema, manifest)) throw new Error(`${path}: ${ajv.errorsText(ajv.errors, { dataVar: "" })}`);
  return manifest;
}
