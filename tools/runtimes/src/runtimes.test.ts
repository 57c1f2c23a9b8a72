import { beforeAll, describe, expect, test } from "vitest";
import { type Run, runtimes } from "./runtimes.ts";
import { nameOf } from "./suite.ts";
import { rowOf, rowsInReadme, suitesOf } from "./table.ts";

const here = runtimes.filter(({ name, missing }) => {
  if (missing !== undefined) process.stderr.write(`skipped: the tests in ${name}: ${missing}\n`);
  return missing === undefined;
});

describe.each(here)("$name", (runtime) => {
  let run: Run;
  beforeAll(async () => {
    run = await runtime.run();
  });

  test.each(suitesOf(runtime).map((suite) => [nameOf(suite), suite] as const))("%s", (name, { cases }) => {
    const results = run.results.filter(({ suite }) => suite === name);
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(results.map((result) => result.name)).toEqual(cases.map((each) => each.name));
  });

  test("stands in the README as it was found", () => {
    const row = rowOf(runtime, run);
    const found = rowsInReadme().find(([name]) => name === runtime.name);
    // Which browser a machine has is not ours to say.
    if (!runtime.isPinned) row[1] = found?.[1] ?? "";
    expect(found).toEqual(row);
  });
});

test("the README has every runtime, and no other", () => {
  expect(rowsInReadme().map(([name]) => name)).toEqual(runtimes.map(({ name }) => name));
});
