import fc from "fast-check";
import protobuf from "protobufjs";
import { anyText } from "./text.ts";

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int32: fc.integer(),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  int64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: fc.bigInt(0n, 2n ** 64n - 1n),
  double: fc.double(),
  float: fc.float(),
  string: anyText,
  bytes: fc.uint8Array({ maxLength: 20 }),
};

/** Any message of the type, as our decoder gives it: every field has its key, absent ones are `undefined`. */
export function anyMessage(type: protobuf.Type): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      type.fieldsArray.map((field) => {
        const value = anyValue(field.resolve());
        if (field.repeated) return [field.name, fc.array(value, { maxLength: 4 })];
        return [field.name, field.required ? value : fc.option(value, { nil: undefined })];
      }),
    ),
    { noNullPrototype: true },
  );
}

function anyValue(field: protobuf.Field): fc.Arbitrary<unknown> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) return anyMessage(resolvedType);
  // Known ones only: the oracles do not keep others.
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(...Object.values(resolvedType.values));
  const scalar = scalars[field.type];
  if (scalar === undefined) throw new Error(`${field.fullName}: no arbitrary for ${field.type}`);
  return scalar;
}

/** The message as protobufjs takes and gives it: 64-bit integers as texts, no key for what is absent. */
export function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, toPlain(item)]));
}
