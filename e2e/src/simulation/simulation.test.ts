// The real session against the real fake, with faults, in virtual time: no invariant breaks.
import { expect, test } from "vitest";
import keptSeeds from "./kept-seeds.json" with { type: "json" };
import { breakReport, countsReport } from "./report.ts";
import { runSeeds } from "./run-seeds.ts";

const SEEDS = 500;
const STEPS = 2000;
/** How often each fault and each outcome has to occur, lest the simulation stop to try something. */
const AT_LEAST = 100;

const latencies = ["none", ...[2, 4, 20, 40, 200, 400].map((ms) => `up to ${ms} ms`)].map((each) => `latency ${each}`);
const down = ["body", "id", "length", "magic", "sha1", "size"].map((each) => `corrupt ${each}`);
const up = ["body", "magic", "sha1"].map((each) => `corrupt ${each} up`);
const faults =
  "connect hangs, connection refused, drop down, drop up, duplicate, half-open, late login, late reply, mute, no login, no reply, refusal, relay lost OpenD, reorder, server restart, sleep, slow peer, split, stall down, stall up, subscription refused";
const codes =
  "ABORTED, BAD_REPLY, CLOSED, CONNECTION_LOST, CONNECT_FAILED, INVALID_ARGUMENT, LOGIN_FAILED, NOT_OPEND, OVERLOADED, PACING, SERVER, SLOW_CONSUMER, TIMEOUT";
const outcomes =
  "fulfilled, not-sent, rejected, unknown, closed by itself, gap, paced, push, restored, not restored, stale, warning, status ready, status reconnecting, status closed";
const expected = [
  ...latencies,
  ...down,
  ...up,
  ...faults.split(", "),
  ...codes.split(", ").map((code) => `OPEND_${code}`),
  ...outcomes.split(", "),
];

test(`${SEEDS} seeds of ${STEPS} steps`, { timeout: 900_000 }, async () => {
  const result = await runSeeds({ first: 1, seeds: SEEDS, steps: STEPS });
  console.log(countsReport(result));
  expect(result.break && breakReport(result.break, STEPS)).toBeUndefined();
  const counts = { ...result.faults, ...result.outcomes };
  expect(expected.filter((name) => (counts[name] ?? 0) < AT_LEAST)).toEqual([]);
});

test.each(keptSeeds)("seed $seed, which once found: $found", { timeout: 60_000 }, async ({ seed, steps }) => {
  const result = await runSeeds({ first: seed, seeds: 1, steps });
  expect(result.break && breakReport(result.break, steps)).toBeUndefined();
});
