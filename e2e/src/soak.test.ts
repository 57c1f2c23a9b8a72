// A short run of `npm run soak`, which by itself takes an hour: it does what it says, and it ends by itself.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { growthPercent } from "./soak/heap.ts";

test.each([
  ["tcp", []],
  ["ws", ["--ws"]],
])("over %s: pushes, reconnects, and an end", async (_, flags) => {
  const short = ["--minutes", "0.1", "--rate", "1000", "--reconnect-seconds", "1"];
  const args = ["--expose-gc", join(import.meta.dirname, "soak/main.ts"), ...short, ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  expect(await once(child, "close")).toEqual([0, null]);
  expect(printed).toMatch(/\n0 s: heap \d+ bytes, /);
  const [, ...counts] =
    /\nread (\d+) pushes, and (\d+) slowly; (\d+) reconnects, (\d+) gaps; requests: (\d+) answered/.exec(printed) ?? [
      printed,
    ];
  expect(counts.map(Number)).toEqual(Array.from({ length: 5 }, () => expect.toSatisfy((n: number) => n > 0)));
});

test("growth is the slope of a line, in percent of the mean", () => {
  const heap = [100, 104, 96, 100].map((heapBytes, i) => ({ atSeconds: 300 * i, heapBytes }));
  // The line falls by 0.8 bytes in 300 seconds.
  expect(growthPercent(heap)).toBeCloseTo(-1.6);
});
