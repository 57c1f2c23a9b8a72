import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["src/index.ts", "src/parts.ts"],
  platform: "neutral",
  imports: ["@tickwire/codec"],
});
