// Runs in Node, Bun and Deno, as it stands: the packages' built files by the runtime's own resolution.
import { argv } from "node:process";
import { deskAt } from "./desk.ts";
import { nodeClientSuites } from "./node-client-suites.ts";
import { runSuites } from "./suite.ts";
import { everywhere } from "./suites.ts";

await runSuites([...everywhere, ...nodeClientSuites], deskAt(argv[2] ?? ""));
