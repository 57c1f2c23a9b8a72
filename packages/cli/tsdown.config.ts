import { library } from "@tickwire/tooling/tsdown";

export default library({
  entry: ["src/bin.ts"],
  platform: "node",
  imports: [
    "@tickwire/codec",
    "@tickwire/longport",
    "@tickwire/node-client",
    "@tickwire/session",
    "@tickwire/testkit",
    "@tickwire/watchlist",
    "@tickwire/web-client",
    "commander",
    "leven",
    "log-update",
    "string-width",
    "zod",
  ],
});
