import fc from "fast-check";
import protobuf from "protobufjs";
import { anyText, edgeText } from "./text.ts";

const powers = [7, 8, 14, 21, 28, 31, 32, 35, 42, 49, 56, 63, 64];
/** Where a varint needs one byte more, and where it does not fit any more. */
const edges = [0n, ...powers.flatMap((bits) => [2n ** BigInt(bits) - 1n, 2n ** BigInt(bits)])];
const edgesWithin = (min: bigint, max: bigint): bigint[] =>
  [...edges, ...edges.map((edge) => -edge)].filter((edge) => edge >= min && edge <= max);

const bigints = (min: bigint, max: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(fc.bigInt(min, max), fc.constantFrom(...edgesWithin(min, max)));
const integers = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max }), fc.constantFrom(...edgesWithin(BigInt(min), BigInt(max)).map(Number)));

const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int32: integers(-(2 ** 31), 2 ** 31 - 1),
  uint32: integers(0, 2 ** 32 - 1),
  int64: bigints(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: bigints(0n, 2n ** 64n - 1n),
  double: fc.oneof(fc.double(), fc.constantFrom(...special, Number.MIN_VALUE, -Number.MAX_VALUE)),
  float: fc.oneof(fc.float(), fc.constantFrom(...special)),
  string: fc.oneof({ arbitrary: anyText, weight: 2 }, edgeText),
  bytes: fc.uint8Array({ maxLength: 20 }),
};

/** Which of the fields that may be absent are there; lists are empty with `none`. */
export type Presence = "any" | "all" | "none";

/** Any message of the type, as our decoder gives it: every field has its key, absent ones are `undefined`. */
export function anyMessage(type: protobuf.Type, presence: Presence = "any"): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      type.fieldsArray.map((field) => [field.name, anyField(field, anyValue(field.resolve(), presence), presence)]),
    ),
    { noNullPrototype: true },
  );
}

/** Messages of the type, the same ones for the same seed; in half of them every field is there. */
export function sampleMessages(type: protobuf.Type, numRuns: number, seed: number): object[] {
  return fc.sample(fc.oneof(anyMessage(type), anyMessage(type, "all")), { seed, numRuns });
}

function anyField(field: protobuf.Field, value: fc.Arbitrary<unknown>, presence: Presence): fc.Arbitrary<unknown> {
  if (field instanceof protobuf.MapField)
    return fc.dictionary(anyKey, value, { maxKeys: presence === "none" ? 0 : 3, noNullPrototype: true });
  if (field.repeated) {
    if (presence === "none") return fc.constant([]);
    return fc.array(value, { minLength: presence === "all" ? 1 : 0, maxLength: presence === "all" ? 2 : 4 });
  }
  if (field.required || presence === "all") return value;
  if (!field.hasPresence && !(field.resolvedType instanceof protobuf.Type))
    return presence === "none" ? fc.constant(zeroOf(field)) : value;
  return presence === "none" ? fc.constant(undefined) : fc.option(value, { nil: undefined });
}

/** Not `__proto__`, which the oracles do not keep. */
const anyKey = fc
  .oneof(fc.constantFrom("", "1", "accept-language", "constructor"), anyText)
  .filter((key) => key !== "__proto__");

/** What an absent field of proto3 is. */
function zeroOf({ type }: protobuf.Field): unknown {
  if (type === "string") return "";
  if (type === "bool") return false;
  return type.endsWith("int64") ? 0n : 0;
}

function anyValue(field: protobuf.Field, presence: Presence): fc.Arbitrary<unknown> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) return anyMessage(resolvedType, presence);
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
