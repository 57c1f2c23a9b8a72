import { missing, within } from "./checks.ts";
import { type Description, describe, type Field, type Kind } from "./description.ts";
import { Reader } from "./reader.ts";
import { skip, skipUnknown } from "./skip.ts";

/** Reads a message that ends there. */
export type Decode<T> = (r: Reader, end: number) => T;

/** A message: its full name, and its fields in the order of their numbers. */
export interface MessageType<T> {
  readonly name: string;
  readonly fields: (r: Reader) => T;
  /** A faster way, which also throws what it cannot read. */
  readonly read?: Decode<T> | undefined;
  /** Kept by `describe`. */
  description?: Description;
}

/** The `decodeX` of a message type. It tells the type, so that one reader can go down into it. */
export interface Decoder<T> extends Decode<T> {
  readonly type: MessageType<T>;
}

/** Makes the `decodeX` of a message. `fields` also tells which fields there are: see `describe`. */
export function decoder<T>(name: string, fields: (r: Reader) => T, read?: Decode<T>): Decoder<T> {
  const type: MessageType<T> = { name, fields, read };
  return Object.assign((r: Reader, end: number) => decodeMessage(type, r, end), { type });
}

/**
 * Reads a message as senders write it: fields in the order of their numbers, each once. Whatever is not so, errors among
 * it, is left to `decodeAnyOrder`, which starts anew.
 */
export function decodeMessage<T>(type: MessageType<T>, r: Reader, end: number): T {
  const start = r.pos;
  try {
    return type.read?.(r, end) ?? r.whole(type, end);
  } catch {
    r.pos = start;
    return decodeAnyOrder(type, r, end);
  }
}

/** Reads fields as they come. */
function decodeAnyOrder<T>(type: MessageType<T>, r: Reader, end: number): T {
  const { fields, names } = describe(type);
  const message: Record<string, unknown> = {};
  // Occurrences of a singular message count as one.
  const parts: Record<string, Uint8Array[]> = {};
  let tag = 0;
  let index = -1;
  try {
    for (const [name, { kind, absence }] of Object.entries(fields)) {
      message[name] = isList(kind) ? [] : absence === 1 ? undefined : absence;
      parts[name] = [];
    }
    r.end = end;
    r.tag = r.next(end);
    while (r.tag !== 0) {
      tag = 0;
      index = -1;
      tag = r.tag < 0 ? r.readTag(end) : r.tag;
      const name = names[tag];
      if (name === undefined) {
        skipUnknown(r, tag, end, names);
      } else {
        const { kind, read, tag: single } = fields[name] as Field;
        const list = message[name] as unknown[];
        if (kind === "message") {
          const stop = r.length(end);
          parts[name]?.push(r.bytes.subarray(r.pos, stop));
          r.pos = stop;
        } else if (kind === "messages") {
          index = list.length;
          list.push(read(r, r.length(end)));
          r.end = end;
        } else {
          // It has gone on to the next tag.
          r.tag = tag;
          const value: unknown = (r[kind] as typeof r.one)(single, read);
          if (kind === "list") for (const item of value as unknown[]) list.push(item);
          else message[name] = value;
          continue;
        }
      }
      r.tag = r.next(end);
    }
    index = -1;
    const absent: string[] = [];
    for (const [name, field] of Object.entries(fields)) {
      tag = field.tag;
      const whole = join(parts[name] ?? []);
      if (whole !== undefined) message[name] = field.read(new Reader(whole), whole.length);
      if (message[name] === undefined && field.absence !== 1) absent.push(name);
    }
    tag = 0;
    if (absent.length > 0) throw missing(absent);
    return message as T;
  } catch (error) {
    throw within(error, type.name, names, tag, index);
  }
}

const isList = (kind: Kind): boolean => kind === "list" || kind === "messages";

/** The parts of a message, side by side: that is how protobuf merges them. */
function join(parts: readonly Uint8Array[]): Uint8Array | undefined {
  if (parts.length < 2) return parts[0];
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let length = 0;
  for (const part of parts) {
    // A field must not begin in one and end in the next.
    const check = new Reader(part);
    while (check.pos < part.length) skip(check, check.readTag(part.length), part.length);
    joined.set(part, length);
    length += part.length;
  }
  return joined;
}
