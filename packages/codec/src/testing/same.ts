import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { toHex } from "./bytes.ts";

// As `expect` would, but many times faster when nothing is wrong, which decides how much can be tried.

/** NaN equals NaN, -0 does not equal 0, a key that is `undefined` does not equal one that is not there. */
export function expectSame(actual: unknown, expected: unknown, hint?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  expect(actual, hint).toStrictEqual(expected);
  throw new Error("differs in a way that toStrictEqual does not see");
}

export function expectSameBytes(actual: Uint8Array, expected: Uint8Array, hint?: string): void {
  if (!isDeepStrictEqual(new Uint8Array(actual), new Uint8Array(expected)))
    expect(toHex(actual), hint).toBe(toHex(expected));
}
