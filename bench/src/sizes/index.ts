// What the packages cost before they do anything: bytes in a browser's bundle, time to import, time to compile.
import { gzipSync } from "node:zlib";
import { protocols } from "@tickwire/codec/registry";
import { isReached } from "../client/goals.ts";
import { type App, codecEntries, writeApps } from "./apps.ts";
import { type BundlerName, bundlers } from "./bundlers.ts";
import { foreignProtocols } from "./foreign.ts";
import { importTimes } from "./imports.ts";
import type { BundleSize, SizeGoal, SizeResults, SkippedBundle } from "./results.ts";
import { typesTime } from "./types.ts";

export { formatSizes, type SizeResults } from "./results.ts";

const IMPORT_ROUNDS = 10;
const COMPILE_ROUNDS = 5;

/** Measures sizes of bundles, times of imports, and the time that the types take to compile. */
export async function benchSizes(): Promise<SizeResults> {
  const bundles: BundleSize[] = [];
  const skipped: SkippedBundle[] = [];
  for (const app of writeApps())
    for (const bundler of Object.keys(bundlers) as BundlerName[]) {
      if (bundler === "rollup" && app.isCommonJs)
        skipped.push({ id: app.id, title: app.title, bundler, reason: "rollup by itself reads no CommonJS" });
      else bundles.push(await measure(app, bundler));
    }
  const entries = codecEntries();
  const imports = importTimes([...entries, "@tickwire/node-client", "@tickwire/web-client", "futu-api"], IMPORT_ROUNDS);
  const types = typesTime(entries, COMPILE_ROUNDS);
  return { bundles, skipped, imports, types, goals: goalsOf(bundles, types.seconds.median) };
}

async function measure({ id, title, entry, only }: App, bundler: BundlerName): Promise<BundleSize> {
  const code = await bundlers[bundler](entry);
  const names = [...protocols.values()].map(({ protocol }) => protocol.name);
  if (only !== undefined && !code.includes(only)) throw new Error(`${bundler} left ${only} out of its own app`);
  return {
    id,
    title,
    bundler,
    minBytes: Buffer.byteLength(code),
    gzipBytes: gzipSync(code, { level: 9 }).length,
    ...(only !== undefined && { foreign: foreignProtocols(code, names, only) }),
  };
}

function goalsOf(bundles: readonly BundleSize[], compileSeconds: number): SizeGoal[] {
  const kilobytes =
    Math.max(...bundles.filter(({ id }) => id === "watchlist").map(({ gzipBytes }) => gzipBytes)) / 1000;
  const foreign = bundles.reduce((sum, bundle) => sum + (bundle.foreign?.length ?? 0), 0);
  return [
    {
      id: "watchlist-gzip",
      title: "watchlist app, gzip, largest",
      goal: { atMost: 12 },
      measured: kilobytes,
      unit: "kB",
    },
    {
      id: "foreign-protocols",
      title: "other protocols in the apps that import one",
      goal: { atMost: 0 },
      measured: foreign,
      unit: "protocols",
    },
    {
      id: "compile",
      title: "strict program that imports every entry, compiled",
      goal: { atMost: 3 },
      measured: compileSeconds,
      unit: "s",
    },
  ].map((line) => ({ ...line, reached: isReached(line.goal, line.measured) }));
}
