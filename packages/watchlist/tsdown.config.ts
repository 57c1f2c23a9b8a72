import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["src/index.ts"],
  platform: "neutral",
  imports: ["@tickwire/codec", "@tickwire/session", "@tickwire/longport"],
});
