import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["src/index.ts"],
  platform: "node",
  imports: ["@tickwire/session"],
});
