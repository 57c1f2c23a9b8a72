import fc from "fast-check";

/** Checks what must hold for every value. What `check` returns does not matter: it tells a failure by throwing. */
export function forAll<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => unknown, numRuns = 100): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      check(value);
    }),
    { numRuns },
  );
}
