import protobuf from "protobufjs";
import { concat } from "./bytes.ts";
import type { Random } from "./random.ts";
import { unknownField } from "./unusual.ts";
import { END_GROUP, groupField, longVarint, START_GROUP, tag, varint } from "./wire.ts";

/** Changes something at, or between, two positions of the bytes. */
type Change = (bytes: Uint8Array, from: number, to: number, random: Random) => Uint8Array;
type Mutation = (...args: [...Parameters<Change>, type: protobuf.Type]) => Uint8Array;

/** Puts other bytes between two positions. */
const replaced = (bytes: Uint8Array, from: number, to: number, ...other: Uint8Array[]): Uint8Array =>
  concat(bytes.subarray(0, from), ...other, bytes.subarray(to));

const set = (bytes: Uint8Array, at: number, value: number): Uint8Array =>
  at < bytes.length ? replaced(bytes, at, at + 1, Uint8Array.of(value)) : bytes;

const usual = [0, 1, 0x7f, 0x80, 0xff];

/** Changes of the kind that lines and attackers make. */
const changes: readonly Change[] = [
  function cut(bytes, from) {
    return bytes.slice(0, from);
  },
  function flip(bytes, from, _to, random) {
    return set(bytes, from, (bytes[from] ?? 0) ^ (1 << random.below(8)));
  },
  function overwrite(bytes, from, _to, random) {
    return set(bytes, from, random.once(2) ? random.pick(usual) : random.below(256));
  },
  function changeTheEnd(bytes, _from, to, random) {
    return set(bytes, to - 1, random.below(256));
  },
  function remove(bytes, from, to) {
    return replaced(bytes, from, to);
  },
  function repeat(bytes, from, to) {
    return replaced(bytes, to, to, bytes.subarray(from, to));
  },
  function moveToTheEnd(bytes, from, to) {
    return concat(replaced(bytes, from, to), bytes.subarray(from, to));
  },
  function insertNoise(bytes, from, _to, random) {
    return replaced(bytes, from, from, random.bytes(1 + random.below(8)));
  },
];

/** These, and some that only protobuf's grammar knows. */
const mutations: readonly Mutation[] = [
  ...changes,
  function insertUnknown(bytes, from, _to, random, type) {
    return replaced(bytes, from, from, unknownField(type, random));
  },
  function putIntoGroup(bytes, from, to, random) {
    return replaced(bytes, from, to, groupField(1 + random.below(200), bytes.subarray(from, to)));
  },
  function insertHalfGroup(bytes, from, _to, random) {
    return replaced(bytes, from, from, tag(1 + random.below(20), random.pick([START_GROUP, END_GROUP])));
  },
  /** A byte, which may be a tag, a length or a number, in more bytes than it needs. */
  function lengthen(bytes, from, to, random) {
    const at = random.pick([from, from + 1, to - 1]);
    return at < 0 || at >= bytes.length
      ? bytes
      : replaced(bytes, at, at + 1, longVarint((bytes[at] as number) & 0x7f, 2 + random.below(10)));
  },
];

/** Makes one to three such changes, most often deep inside, with the lengths around them right. */
export function mutate(bytes: Uint8Array, random: Random, type: protobuf.Type): Uint8Array {
  const messages = random.once(4) ? [] : messagesIn(bytes, type);
  if (messages.length > 0) {
    const inner = random.pick(messages);
    const content = mutate(bytes.subarray(inner.content, inner.end), random, inner.type);
    return replaced(bytes, inner.start, inner.end, varint(content.length), content);
  }
  let result = bytes;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const [from, to] = rangeOf(result, random);
    result = random.pick(mutations)(result, from, to, random, type);
  }
  return result;
}

/** Makes one to three changes to bytes of any kind. */
export function damage(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const [from, to] = anyRange(result, random);
    result = random.pick(changes)(result, from, to, random);
  }
  return result;
}

/** Most often a whole field, otherwise anything. */
function rangeOf(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const fields = random.once(4) ? [] : fieldsIn(bytes);
  if (fields.length === 0) return anyRange(bytes, random);
  const { start, end } = random.pick(fields);
  return [start, end];
}

function anyRange(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + random.below(12))];
}

interface Field {
  readonly tag: number;
  readonly start: number;
  /** Behind the tag. */
  readonly value: number;
  readonly end: number;
}

/** The fields of these bytes, as far as they are well formed. */
function fieldsIn(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const read = reader.uint32();
      const value = reader.pos;
      reader.skipType(read & 7);
      found.push({ tag: read, start, value, end: reader.pos });
    }
  } catch {
    // Damaged by an earlier change.
  }
  return found;
}

interface Inner {
  readonly type: protobuf.Type;
  /** Of the length. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** Where the messages are that these bytes of a message have in their fields. */
function messagesIn(bytes: Uint8Array, outer: protobuf.Type): Inner[] {
  return fieldsIn(bytes).flatMap(({ tag: read, value, end }) => {
    const type = outer.fieldsById[read >>> 3]?.resolve().resolvedType;
    if (!(type instanceof protobuf.Type)) return [];
    const reader = protobuf.Reader.create(bytes);
    reader.pos = value;
    reader.uint32();
    return [{ type, start: value, content: reader.pos, end }];
  });
}
