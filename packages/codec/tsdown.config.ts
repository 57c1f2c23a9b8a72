import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["src/index.ts", "src/registry.ts"],
  platform: "neutral",
  imports: [],
  bundles: ["@noble/hashes"],
});
