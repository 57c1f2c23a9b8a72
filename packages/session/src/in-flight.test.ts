import { describe, expect, test } from "vitest";
import { type PendingRequest, requestsInFlight } from "./in-flight.ts";
import { ManualClock } from "./testing/manual-clock.ts";

function setup() {
  const clock = new ManualClock();
  const inFlight = requestsInFlight<PendingRequest>(clock);
  const expired: number[] = [];
  const add = (serialNo: number, inMs: number, protoId = 3213): PendingRequest => {
    const request = { protoId, serialNo, deadline: clock.now() + inMs, expire: () => expired.push(serialNo) };
    inFlight.add(request);
    return request;
  };
  return { clock, inFlight, expired, add };
}

describe("taking", () => {
  test("takes a request by protocol id and serial number, once", () => {
    const { inFlight, add } = setup();
    const request = add(7, 100);
    expect(inFlight.take(3214, 7)).toBeUndefined();
    expect(inFlight.take(3213, 8)).toBeUndefined();
    expect(inFlight.has(request)).toBe(true);
    expect(inFlight.take(3213, 7)).toBe(request);
    expect(inFlight.take(3213, 7)).toBeUndefined();
    expect(inFlight.has(request)).toBe(false);
    expect(inFlight.size).toBe(0);
  });

  test("keeps apart ids and serials that look alike when written together", () => {
    const { inFlight, add } = setup();
    const first = add(11, 100, 1);
    const second = add(1, 100, 11);
    expect(inFlight.take(11, 1)).toBe(second);
    expect(inFlight.take(1, 11)).toBe(first);
  });

  test("does not expire what was taken", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, 100);
    add(2, 200);
    inFlight.take(3213, 1);
    await clock.advance(1000);
    expect(expired).toEqual([2]);
  });

  test("takes all, in order, and leaves no timer", async () => {
    const { clock, inFlight, expired, add } = setup();
    const requests = [add(1, 300), add(2, 100), add(3, 200)];
    expect(inFlight.takeAll()).toEqual(requests);
    expect(inFlight.size).toBe(0);
    expect(clock.timers).toBe(0);
    await clock.advance(1000);
    expect(expired).toEqual([]);
    expect(inFlight.takeAll()).toEqual([]);
  });
});

describe("deadlines", () => {
  test("one timer serves them all, and is set to the earliest", () => {
    const { clock, add } = setup();
    expect(clock.timers).toBe(0);
    add(1, 300);
    expect(clock.nextInMs).toBe(300);
    add(2, 100);
    expect(clock.nextInMs).toBe(100);
    add(3, 200);
    expect(clock.nextInMs).toBe(100);
    expect(clock.timers).toBe(1);
  });

  test("expires at the deadline and not before", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, 100);
    await clock.advance(99);
    expect(expired).toEqual([]);
    await clock.advance(1);
    expect(expired).toEqual([1]);
    expect(inFlight.size).toBe(0);
    expect(clock.timers).toBe(0);
  });

  test("one sweep expires all that are due and arms the timer for the rest", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, 100);
    add(2, 300);
    add(3, 100);
    add(4, 100);
    await clock.advance(100);
    expect(expired).toEqual([1, 3, 4]);
    expect(inFlight.size).toBe(1);
    expect(clock.timers).toBe(1);
    expect(clock.nextInMs).toBe(200);
    await clock.advance(200);
    expect(expired).toEqual([1, 3, 4, 2]);
  });

  test("a timer whose request was taken finds nothing due and is armed again", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, 100);
    add(2, 250);
    inFlight.take(3213, 1);
    await clock.advance(100);
    expect(expired).toEqual([]);
    expect(clock.nextInMs).toBe(150);
  });

  test("the timer goes with the last request, and comes back with the next", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, 100);
    inFlight.take(3213, 1);
    expect(clock.timers).toBe(0);
    add(2, 500);
    expect(clock.nextInMs).toBe(500);
    await clock.advance(500);
    expect(expired).toEqual([2]);
  });

  test("a request is out before it is told that it expired, so that it settles once", async () => {
    const { clock, inFlight } = setup();
    const seen: unknown[] = [];
    const deadline = clock.now() + 10;
    inFlight.add({ protoId: 1, serialNo: 1, deadline, expire: () => seen.push(inFlight.take(1, 1), inFlight.size) });
    await clock.advance(10);
    expect(seen).toEqual([undefined, 0]);
  });

  test("a deadline that never comes needs no timer", async () => {
    const { clock, inFlight, expired, add } = setup();
    add(1, Number.POSITIVE_INFINITY);
    expect(clock.timers).toBe(0);
    add(2, 50);
    await clock.advance(50);
    expect(expired).toEqual([2]);
    expect(clock.timers).toBe(0);
    expect(inFlight.size).toBe(1);
  });

  test("hundreds of thousands under way still expire", async () => {
    const { clock, inFlight, expired, add } = setup();
    for (let serialNo = 1; serialNo <= 200_000; serialNo++) add(serialNo, serialNo === 1 ? 10 : 20);
    await clock.advance(10);
    expect(expired).toEqual([1]);
    expect(clock.nextInMs).toBe(10);
    await clock.advance(10);
    expect(expired).toHaveLength(200_000);
    expect(inFlight.size).toBe(0);
  });
});
