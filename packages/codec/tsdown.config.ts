import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/registry.ts"],
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "neutral",
  target: "es2023",
  fixedExtension: false,
  dts: { oxc: true },
  sourcemap: false,
  // The hash functions are bundled; anything else that is imported fails the build.
  deps: { onlyBundle: ["@noble/hashes"], onlyImport: [] },
});
