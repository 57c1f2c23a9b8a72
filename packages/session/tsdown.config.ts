import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/parts.ts"],
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "neutral",
  target: "es2023",
  fixedExtension: false,
  dts: { oxc: true },
  sourcemap: false,
  // Nothing is bundled in, and nothing else is imported: anything more fails the build.
  deps: { onlyBundle: [], onlyImport: ["@tickwire/codec"] },
});
