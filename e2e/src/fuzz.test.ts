// The short form of `npm run fuzz`.
import { beforeAll, expect, test } from "vitest";
import { allTargets, fuzz } from "./fuzz/fuzz.ts";
import { ACCEPTED, type Target } from "./fuzz/target.ts";

let targets: readonly Target[];
beforeAll(async () => {
  targets = await allTargets();
});

test("20,000 inputs: a value or a typed error, of every target", async () => {
  const tallies = await fuzz(targets, { seed: 1, inputs: 20_000 });
  for (const [name, { inputs, verdicts }] of tallies) {
    // Neither nearly all right nor hopeless.
    const { [ACCEPTED]: accepted = 0 } = verdicts;
    expect(accepted, name).toBeGreaterThan(inputs / 20);
    expect(accepted, name).toBeLessThan(inputs * 0.95);
  }
});

test("a failure names its input", async () => {
  const broken: Target = {
    name: "broken",
    weight: 1,
    make: () => [Uint8Array.of(0xab), Uint8Array.of(1, 2)],
    run() {
      throw new TypeError("cannot read properties of undefined");
    },
  };
  const failure = await fuzz([broken], { seed: 5, inputs: 3 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: "broken, input 0 of seed 5: ab 0102", cause: { name: "TypeError" } });
});
