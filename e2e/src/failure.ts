import { OpenDError } from "@tickwire/session";
import { expect } from "vitest";

/** The error of an attempt that has to fail. */
export async function failure(attempt: Promise<unknown>): Promise<OpenDError> {
  const error = await attempt.then(
    () => expect.unreachable("it connected"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OpenDError);
  return error as OpenDError;
}
