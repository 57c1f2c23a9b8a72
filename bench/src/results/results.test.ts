import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CodecResults, Measured } from "../codec/types.ts";
import { ROOT } from "../paths.ts";
import { changes, fellBehind } from "./check.ts";
import { performanceDocument } from "./document.ts";
import { type Machine, machineName } from "./machine.ts";
import { newest } from "./store.ts";
import { table } from "./table.ts";

const does = { decode: "", encode: "" };
const measured = (implementation: string, ratio: number): Measured => ({
  implementation,
  perSecond: 1000,
  ratio: { min: ratio, median: ratio, max: ratio },
});
const results = (one: number, other: number): CodecResults => ({
  seed: 1,
  processes: 1,
  rounds: 1,
  turnMs: 1,
  clock: "wall",
  implementations: [
    { name: "tickwire", version: "this repository", does },
    { name: "one", version: "1", does },
    { name: "other", version: "1", does },
  ],
  items: [
    {
      id: "a",
      title: "",
      message: "",
      bytes: 1,
      decode: [measured("tickwire", 1), measured("one", one), measured("other", other)],
      encode: [{ implementation: "one", problem: "cannot" }],
    },
  ],
});

test("we fell behind when we lost against the peers together, not against one of them", () => {
  const recorded = results(4, 2);
  const [same] = changes(recorded, results(4, 2));
  expect(same).toEqual({ item: "a", direction: "decode", factor: 1 });
  expect(fellBehind(same!)).toBe(false);
  expect(changes(recorded, results(2.5, 2)).some(fellBehind)).toBe(false);
  expect(changes(recorded, results(2.8, 1.4)).some(fellBehind)).toBe(true);
});

test("docs/performance.md is what the newest results say", () => {
  expect(readFileSync(join(ROOT, "docs/performance.md"), "utf8")).toBe(performanceDocument(newest()));
});

test("a machine's name is short and fit for a file", () => {
  const machine: Machine = {
    cpu: "Intel(R) Xeon(R) CPU @ 2.20GHz",
    cores: 2,
    memoryGb: 8,
    os: "",
    node: "26.10.0",
    v8: "",
  };
  expect(machineName(machine)).toBe("intel-xeon-2.20ghz-2-cores-node-26");
});

test("columns have equal widths", () => {
  expect(
    table(
      ["name", "n"],
      [
        ["a", "1"],
        ["bcdef", "20"],
      ],
    ),
  ).toBe("name    n\na       1\nbcdef  20");
});
