import { join } from "node:path";

export const BENCH = join(import.meta.dirname, "..");
export const ROOT = join(BENCH, "..");

/** What is made from the schema for the peers; not in git. */
export const GENERATED = join(BENCH, ".generated");
/** The programs of this workspace's dependencies. */
export const BIN = join(BENCH, "node_modules/.bin");
export const RESULTS = join(BENCH, "results");
