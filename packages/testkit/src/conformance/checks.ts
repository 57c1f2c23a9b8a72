import { OpenDError, toJson } from "@tickwire/session";

/** Fails the case. */
export function fail(message: string): never {
  throw new Error(message);
}

/** Both must have the same JSON form; absent fields do not count. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(toJson(actual)), JSON.stringify(toJson(expected))];
  if (a !== b) fail(`${what}: expected ${b}, got ${a}`);
}

/** The promise must reject with an OpenDError that has these fields. */
export async function rejects(
  promise: Promise<unknown>,
  expected: Partial<Pick<OpenDError, "code" | "outcome" | "reason" | "retType" | "protocol">>,
): Promise<OpenDError> {
  const error = await promise.then(
    () => fail(`expected a rejection with ${expected.code}, but it resolved`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenDError)) return fail(`expected an OpenDError, got ${error}`);
  for (const [key, value] of Object.entries(expected)) same(error[key as "code"], value, `${error.message}: ${key}`);
  return error;
}

/** Looks again and again until it is so; the looks themselves let the other side run. */
export async function eventually(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let look = 0; look < 10_000; look++) if (await isSo()) return;
  fail(`it did not come about that ${what}`);
}
