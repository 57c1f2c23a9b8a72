import { protocols } from "@tickwire/codec/registry";
import { beforeEach, describe, expect, test } from "vitest";
import { RateLimits } from "./rate-limits.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let limits: RateLimits;

beforeEach(() => {
  clock = new VirtualClock();
  limits = new RateLimits(clock);
});

function admit(id: number, c2s: object): boolean {
  const codec = protocols.get(id);
  if (codec?.protocol.kind !== "request") throw new Error(`${id} is no request`);
  return limits.admit({ protocol: codec.protocol, c2s });
}

/** How many of so many requests at once are admitted. */
const admitted = (times: number, id: number, c2s: object): number =>
  Array.from({ length: times }, () => admit(id, c2s)).filter(Boolean).length;

const account = (accID: bigint, trdEnv = 1) => ({ header: { trdEnv, accID, trdMarket: 1 } });

describe("a window", () => {
  test("holds the requests of all but more than its length ago", async () => {
    expect(admitted(11, 3213, { groupName: "HK" })).toBe(10);
    await clock.advance(30_000);
    expect(admit(3213, { groupName: "HK" })).toBe(false);
    await clock.advance(1);
    expect(admitted(11, 3213, { groupName: "HK" })).toBe(10);
  });

  test("is that of the account and its environment", () => {
    expect(admitted(11, 2111, account(1n))).toBe(10);
    expect(admitted(11, 2111, account(2n))).toBe(10);
    expect(admitted(11, 2111, account(1n, 0))).toBe(10);
  });

  test("is shared by the protocols of a bucket", () => {
    expect(admitted(6, 2111, account(1n))).toBe(6);
    expect(admitted(6, 2112, account(1n))).toBe(4);
  });

  test("counts only the requests that the limit is about", () => {
    expect(admitted(50, 2101, account(1n))).toBe(50);
    expect(admitted(11, 2101, { ...account(1n), refreshCache: true })).toBe(10);
    expect(admitted(100, 3103, { nextReqKey: new Uint8Array(1) })).toBe(100);
    expect(admitted(61, 3103, {})).toBe(60);
    expect(admitted(50, 3206, { referenceType: 1 })).toBe(50);
    expect(admitted(11, 3206, { referenceType: 2 })).toBe(10);
    expect(admitted(50, 1002, { userID: 1n })).toBe(50);
  });
});

test("a least time between two requests is kept, and what is refused for it does not count", async () => {
  expect(admitted(2, 2202, account(1n))).toBe(1);
  await clock.advance(19);
  expect(admit(2202, account(1n))).toBe(false);
  expect(admit(2202, account(2n))).toBe(true);
  await clock.advance(1);
  expect(admit(2227, account(1n))).toBe(true);
  await clock.advance(19);
  expect(admit(2202, account(1n))).toBe(false);
});
