// The simulation finds bugs: each of these, planted into the session's source, breaks an invariant within the seeds of CI.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plant } from "./plant.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { runSeeds } from "./run-seeds.ts";

const SEEDS = 500;
const STEPS = 2000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-planted-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.concurrent.each(plantedBugs)("$name", { timeout: 600_000 }, async (bug) => {
  const session = await plant(bug, folder);
  const run = { steps: STEPS, session, threads: 1 };
  const known = bug.seed === undefined ? undefined : await runSeeds({ ...run, first: bug.seed, seeds: 1 });
  const found = known?.break ?? (await runSeeds({ ...run, first: 1, seeds: SEEDS })).break;
  if (found !== undefined) console.log(`${bug.name}: seed ${found.seed}, step ${found.step}: ${found.invariant}`);
  expect(found?.invariant).toBeDefined();
});
