import { CodecError } from "../errors.ts";

/** The error of a value that cannot be encoded. Tells its type, never its text: that may be a secret. */
export function invalid(expected: string, value: unknown): CodecError {
  if (value == null) return missing();
  const got = typeof value === "number" ? String(value) : `a ${typeof value}`;
  return new CodecError("CODEC_INVALID_VALUE", `must be ${expected}, got ${got}`);
}

/** The error of required fields that are absent: of the one at hand, or of those that are named. */
export const missing = (names: readonly string[] = []): CodecError =>
  new CodecError("CODEC_MISSING_REQUIRED", "required, but missing", names);

/** A message to encode. */
export function object<T extends object>(value: T | null | undefined): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("an object", value);
  return value;
}

/** The elements of a repeated field to encode; absent is empty. */
export function list<T>(value: readonly T[] | null | undefined): readonly T[] {
  if (value == null) return [];
  if (!Array.isArray(value)) throw invalid("an array", value);
  return value;
}

/** Adds to an error on its way out the message that it passes, and the field of that message that has this tag. */
export function within(
  error: unknown,
  messageType: string,
  fields: Readonly<Record<number, string>>,
  tag: number,
  index = -1,
): unknown {
  if (error instanceof CodecError) error.locate(messageType, fields[tag] ?? "", index);
  return error;
}

/** The error of bytes that are no message. */
export const malformed = (problem: string): CodecError => new CodecError("CODEC_MALFORMED", problem);

/** Thrown when the fields are not as senders usually write them. Nobody outside sees it. */
export const UNUSUAL: unique symbol = /* @__PURE__ */ Symbol("unusual");

/**
 * What stands for a field that is absent: nothing, so that there must be one; 1 for `undefined`; or in proto3 its zero,
 * which is not written either.
 */
export type Absence<Zero> = 1 | Zero | undefined;

/** A field that is not next is absent, unless there must be one. */
export function absent<Zero>(absence: Absence<Zero>): Zero | undefined {
  if (absence === undefined) throw UNUSUAL;
  return absence === 1 ? undefined : absence;
}
