import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: [
    "src/index.ts",
    "src/quote.ts",
    "src/trade.ts",
    "src/options.ts",
    "src/research.ts",
    "src/events.ts",
    "src/json-bodies.ts",
    "src/longport.ts",
    "src/registry.ts",
  ],
  platform: "neutral",
  imports: [],
  bundles: ["@noble/hashes"],
});
