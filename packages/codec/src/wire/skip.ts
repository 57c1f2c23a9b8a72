import { CodecError } from "../errors.ts";
import { malformed, UNUSUAL } from "./checks.ts";
import type { MessageType } from "./decoder.ts";
import { describe } from "./description.ts";
import type { Reader } from "./reader.ts";

/**
 * Groups are skipped, never read; nested deeper than this they are taken for an attack on the stack. libprotobuf allows
 * 100 levels of groups and messages together.
 */
const MAX_GROUP_DEPTH = 50;

/** The fields that a message knows: their names by their tags. */
export type Fields = Readonly<Record<number, string>>;

/** Steps over a field that the message does not know; refuses one that it knows by another wire type. */
export function skipUnknown(r: Reader, tag: number, end: number, fields: Fields): void {
  for (let type = 0; type < 6; type++) {
    const field = fields[tag - (tag & 7) + type];
    if (field !== undefined)
      throw new CodecError("CODEC_MALFORMED", `wire type ${tag & 7} instead of ${type}`, [field]);
  }
  skip(r, tag, end);
}

/** Steps over a field. */
export function skip(r: Reader, tag: number, end: number, depth = 0): void {
  switch (tag & 7) {
    case 0:
      r.readUint32(end);
      break;
    case 1:
      r.advance(8, end);
      break;
    case 2:
      r.pos = r.length(end);
      break;
    case 3:
      skipGroup(r, tag, end, depth);
      break;
    case 5:
      r.advance(4, end);
      break;
    case 4:
      throw malformed("the end of a group that did not start");
    default:
      throw malformed(`wire type ${tag & 7}, which does not exist`);
  }
}

function skipGroup(r: Reader, tag: number, end: number, depth: number): void {
  if (depth >= MAX_GROUP_DEPTH) throw malformed(`groups nested deeper than ${MAX_GROUP_DEPTH}`);
  const endTag = tag + 1;
  while (r.pos < end) {
    const inner = r.readTag(end);
    if (inner === endTag) return;
    skip(r, inner, end, depth + 1);
  }
  throw malformed("a group that does not end");
}

/** Steps over what is left of a message, the next tag first. Takes nothing but fields that its type does not know. */
export function skipRest(type: MessageType<unknown>, r: Reader, end: number, tag: number): void {
  const { names } = describe(type);
  for (let next = tag; next !== 0; next = r.next(end)) {
    const found = next < 0 ? r.readTag(end) : next;
    if (names[found] !== undefined) throw UNUSUAL;
    skipUnknown(r, found, end, names);
  }
}
