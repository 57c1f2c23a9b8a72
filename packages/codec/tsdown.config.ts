import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["index", "quote", "trade", "options", "research", "events", "registry"].map((name) => `src/${name}.ts`),
  platform: "neutral",
  imports: [],
  bundles: ["@noble/hashes"],
});
