import { turbo } from "./turbo.mjs";

process.exit(turbo(["build"]));
