import { defineConfig, type UserConfig } from "tsdown";

interface Library {
  readonly entry: string[] | Record<string, string>;
  /** `neutral` for packages that run everywhere. */
  readonly platform: "neutral" | "node";
  /** Packages that the built files may import from, by any subpath. Anything else fails the build. */
  readonly imports: string[];
  /** What is bundled into them. */
  readonly bundles?: string[];
  /** Files that are copied beside them. */
  readonly copy?: string[];
}

/** How the published packages are built: ESM with one d.ts per entry, from the sources that tsconfig.build.json names. */
export function library({ entry, platform, imports, bundles = [], copy = [] }: Library): UserConfig {
  return defineConfig({
    entry,
    platform,
    tsconfig: "tsconfig.build.json",
    format: "esm",
    target: "es2023",
    fixedExtension: false,
    dts: { oxc: { stripInternal: true } },
    // So that a project compiles whatever `lib` it has.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
    sourcemap: false,
    copy,
    deps: { onlyBundle: bundles, onlyImport: imports },
  }) as UserConfig;
}
