import { webClientSuites } from "./client-suites.ts";
import { codecSuite } from "./codec-suite.ts";
import { longportSuite } from "./longport-suite.ts";
import type { Suite } from "./suite.ts";

/** For every runtime. */
export const everywhere: readonly Suite[] = [codecSuite, ...webClientSuites, longportSuite];
