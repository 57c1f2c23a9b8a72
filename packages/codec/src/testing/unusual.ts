import protobuf from "protobufjs";
import { concat } from "./bytes.ts";
import type { Random } from "./random.ts";
import { fixed32Field, fixed64Field, float32, float64, groupField, longVarint, tag, varint } from "./wire.ts";

type Message = Readonly<Record<string, unknown>>;

/** A field's bytes. Pieces of one field stay in their order, whatever comes between them. */
interface Piece {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes a message as no usual encoder would, and yet the same message: fields in any order, scalars twice (the last
 * one counts), messages in several parts, repeated numbers packed, numbers and lengths in more bytes than they need, and
 * unknown fields of every wire type in between, at every level.
 */
export function encodeUnusually(type: protobuf.Type, message: object, random: Random): Uint8Array {
  return concat(...piecesOf(type, message, random));
}

function piecesOf(type: protobuf.Type, message: object, random: Random): Uint8Array[] {
  const pieces: Piece[] = [];
  for (const field of type.fieldsArray) {
    const value = (message as Message)[field.name];
    if (value === undefined) continue;
    const parts =
      field instanceof protobuf.MapField
        ? repeated(entriesOf(field), Object.entries(value as object), random)
        : field.repeated
          ? repeated(field, value as readonly unknown[], random)
          : singular(field, value, random);
    for (const bytes of parts) pieces.push({ id: field.id, bytes });
  }
  return withUnknown(type, shuffled(pieces, random), random);
}

/** A map as the list of messages that it is. A pair of `Object.entries` has the fields `0` and `1`. */
function entriesOf(map: protobuf.MapField): protobuf.Field {
  const value = new protobuf.Field("1", 2, map.type);
  value.resolvedType = map.resolvedType;
  value.resolved = true;
  const entries = new protobuf.Field(map.name, map.id, "Entry", "repeated");
  entries.resolvedType = new protobuf.Type("Entry").add(new protobuf.Field("0", 1, map.keyType)).add(value);
  return entries;
}

function singular(field: protobuf.Field, value: unknown, random: Random): Uint8Array[] {
  const { resolvedType, id } = field;
  if (resolvedType instanceof protobuf.Type) {
    const inner = piecesOf(resolvedType, value as object, random);
    const parts: Uint8Array[] = [];
    for (let from = 0; from < inner.length || parts.length === 0; ) {
      const to = random.once(3) ? from + random.below(inner.length - from + 1) : inner.length;
      parts.push(delimited(id, concat(...inner.slice(from, to)), random));
      from = to;
    }
    return parts;
  }
  const last = scalar(field, value, random);
  return random.once(6) ? [scalar(field, zeros[field.type] ?? 0, random), last] : [last];
}

const zeros: Readonly<Record<string, unknown>> = { string: "", bytes: new Uint8Array(0), bool: false };

function repeated(field: protobuf.Field, items: readonly unknown[], random: Random): Uint8Array[] {
  const { resolvedType, id } = field;
  if (resolvedType instanceof protobuf.Type)
    return items.map((item) => delimited(id, concat(...piecesOf(resolvedType, item as object, random)), random));
  if (!(wireTypeOf(field) !== 2 && random.once(2))) return items.map((item) => scalar(field, item, random));
  // Runs of packed ones, now and then an empty one, and single ones between them.
  const parts: Uint8Array[] = random.once(4) ? [delimited(id, new Uint8Array(0), random)] : [];
  for (let from = 0; from < items.length; ) {
    const to = from + 1 + random.below(items.length - from);
    const run = items.slice(from, to);
    if (run.length === 1 && random.once(2)) parts.push(scalar(field, run[0], random));
    else parts.push(delimited(id, concat(...run.map((item) => content(field, item, random))), random));
    from = to;
  }
  return parts;
}

function wireTypeOf(field: protobuf.Field): number {
  if (field.resolvedType instanceof protobuf.Enum) return 0;
  return { double: 1, string: 2, bytes: 2, float: 5 }[field.type] ?? 0;
}

function scalar(field: protobuf.Field, value: unknown, random: Random): Uint8Array {
  const wireType = wireTypeOf(field);
  const bytes = content(field, value, random);
  return wireType === 2 ? delimited(field.id, bytes, random) : concat(tag(field.id, wireType), bytes);
}

/** The value without its tag, and without its length. */
function content(field: protobuf.Field, value: unknown, random: Random): Uint8Array {
  switch (field.type) {
    case "string":
      return new TextEncoder().encode(value as string);
    case "bytes":
      return value as Uint8Array;
    case "double":
      return float64(value as number);
    case "float":
      return float32(value as number);
    case "bool":
      // Anything but 0 is true.
      return number(value === true ? (random.once(4) ? 1 + random.next() : 1) : 0, random);
    case "int32":
    case "uint32":
      // What is above 32 bits is cut off.
      return number(random.once(8) ? BigInt(value as number) + 2n ** 32n * BigInt(random.next()) : value, random);
    default:
      return number(value, random);
  }
}

function number(value: unknown, random: Random): Uint8Array {
  const shortest = varint(value as number);
  if (!random.once(8)) return shortest;
  return longVarint(value as number, shortest.length + random.below(11 - shortest.length));
}

/** Lengths of more than 5 bytes are refused by others. */
function delimited(id: number, bytes: Uint8Array, random: Random): Uint8Array {
  const length = random.once(8) ? longVarint(bytes.length, 5) : varint(bytes.length);
  return concat(tag(id, 2), length, bytes);
}

/** In any order, but pieces of the same field one after the other as they were. */
function shuffled(pieces: readonly Piece[], random: Random): Uint8Array[] {
  if (random.once(3)) return pieces.map(({ bytes }) => bytes);
  const ids = pieces.map(({ id }) => id);
  for (let i = ids.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [ids[i], ids[j]] = [ids[j] as number, ids[i] as number];
  }
  const waiting = new Map<number, Uint8Array[]>();
  for (const { id, bytes } of pieces) waiting.set(id, [...(waiting.get(id) ?? []), bytes]);
  return ids.map((id) => waiting.get(id)?.shift() ?? new Uint8Array(0));
}

function withUnknown(type: protobuf.Type, fields: readonly Uint8Array[], random: Random): Uint8Array[] {
  const all = [...fields];
  const count = random.once(2) ? 0 : random.below(4);
  for (let i = 0; i < count; i++) all.splice(random.below(all.length + 1), 0, unknownField(type, random));
  return all;
}

/** A field that the type does not have, of any wire type. */
export function unknownField(type: protobuf.Type, random: Random, depth = 0): Uint8Array {
  let id: number;
  do id = 1 + random.below(2 ** random.pick([4, 7, 11, 29]) - 1);
  while (type.fieldsById[id] !== undefined);
  switch (random.below(depth > 3 ? 4 : 6)) {
    case 0:
      return concat(tag(id, 0), number(random.next() * random.pick([1, 2 ** 20]), random));
    case 1:
      return fixed64Field(id, random.bytes(8));
    case 2:
      return fixed32Field(id, random.bytes(4));
    case 3:
      return delimited(id, random.bytes(random.below(20)), random);
    default:
      return groupField(
        id,
        ...Array.from({ length: random.below(3) }, () => unknownField(new protobuf.Type("Any"), random, depth + 1)),
      );
  }
}
