// Runs in a page, bundled.
import { deskAt } from "./desk.ts";
import { runSuites } from "./suite.ts";
import { everywhere } from "./suites.ts";

Object.assign(globalThis, { finished: runSuites(everywhere, deskAt(location.href)) });
