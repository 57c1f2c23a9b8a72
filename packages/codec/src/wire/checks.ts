import { CodecError } from "../errors.ts";

/** The error of a value that cannot be encoded. Tells its type, never its text: that may be a secret. */
export function invalid(expected: string, value: unknown): CodecError {
  if (value === undefined || value === null) return new CodecError("CODEC_MISSING_REQUIRED", "required, but missing");
  const got = typeof value === "number" ? String(value) : `a ${typeof value}`;
  return new CodecError("CODEC_INVALID_VALUE", `must be ${expected}, got ${got}`);
}

/** The error of a decoded message without one or more of its required fields. */
export function missing(required: Record<string, unknown>): CodecError {
  const names = Object.keys(required).filter((name) => required[name] === undefined);
  return new CodecError("CODEC_MISSING_REQUIRED", "required, but missing", names);
}

/** A message to encode. */
export function object<T extends object>(value: T | null | undefined): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("an object", value);
  return value;
}

/** The elements of a repeated field to encode; absent is empty. */
export function list<T>(value: readonly T[] | null | undefined): readonly T[] {
  if (value === undefined || value === null) return [];
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
