const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-16 codes of the longest text that is put together here: a name, or a time with milliseconds, and some room. */
const MAX_CODES = 32;
/** An array for each number of codes, because making one costs as much as the text. */
const arrays = Array.from({ length: MAX_CODES + 1 }, (_, length) => new Array<number>(length).fill(0));

// Texts that were read before: codes, names and times come again and again in polls and pushes. A text has one slot, by
// the hash of its bytes. At its first coming only the hash is noted, so that texts which never come again cost little.
const SLOTS = 4096;
const KEPT_WORDS = 8;
const hashes = new Int32Array(SLOTS);
const keptWords = new Int32Array(SLOTS * KEPT_WORDS);
const keptLengths = new Uint8Array(SLOTS);
const keptTexts = new Array<string>(SLOTS).fill("");

/** Reads UTF-8; bytes that are none become U+FFFD. */
export function readText(bytes: Uint8Array, view: DataView, start: number, end: number): string {
  const length = end - start;
  if (length < 4 || length > KEPT_WORDS * 4) return makeText(bytes, start, end);
  // Four bytes at a time; the last word overlaps the one before it.
  const last = view.getInt32(end - 4, true);
  let hash = Math.imul(last ^ length, 0x9e3779b1);
  for (let at = start; at < end - 4; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b) ^ (hash >>> 15);
  const slot = (hash ^ (hash >>> 17)) & (SLOTS - 1);
  if (hashes[slot] !== hash) {
    hashes[slot] = hash;
    keptLengths[slot] = 0;
    return makeText(bytes, start, end);
  }
  let word = slot * KEPT_WORDS;
  if (keptLengths[slot] === length && keptWords[word] === last) {
    let at = start;
    while (at < end - 4 && keptWords[++word] === view.getInt32(at, true)) at += 4;
    if (at >= end - 4) return keptTexts[slot] as string;
    word = slot * KEPT_WORDS;
  }
  const made = makeText(bytes, start, end);
  keptTexts[slot] = made;
  keptLengths[slot] = length;
  keptWords[word] = last;
  for (let at = start; at < end - 4; at += 4) keptWords[++word] = view.getInt32(at, true);
  return made;
}

/**
 * A `TextDecoder` costs much to call, so that short texts of ASCII, Chinese and the like are made here; it takes the long
 * ones, emoji and whatever is wrong.
 */
function makeText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  const ascii = arrays[length];
  if (ascii !== undefined) {
    let all = 0;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i] as number;
      ascii[i] = byte;
      all |= byte;
    }
    if (all < 0x80) return String.fromCharCode(...ascii);
  }
  const codes = length > 3 * MAX_CODES ? undefined : readCodes(bytes, start, end);
  return codes === undefined ? text.decode(bytes.subarray(start, end)) : String.fromCharCode(...codes);
}

/** The UTF-16 codes; undefined when they are too many or not simple. */
function readCodes(bytes: Uint8Array, start: number, end: number): readonly number[] | undefined {
  let count = 0;
  for (let i = start; i < end; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) count++;
  const codes = arrays[count];
  if (codes === undefined) return undefined;
  let i = start;
  for (let at = 0; at < count; at++) {
    const byte = bytes[i++] as number;
    if (byte < 0x80) {
      codes[at] = byte;
    } else if (byte >= 0xe0 && byte < 0xf0 && i + 1 < end) {
      const second = bytes[i++] as number;
      const third = bytes[i++] as number;
      const code = ((byte & 0xf) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
      const isWhole = (second & 0xc0) === 0x80 && (third & 0xc0) === 0x80;
      if (!isWhole || code < 0x800 || (code & 0xf800) === 0xd800) return undefined;
      codes[at] = code;
    } else if (byte >= 0xc2 && byte < 0xe0 && i < end) {
      const second = bytes[i++] as number;
      if ((second & 0xc0) !== 0x80) return undefined;
      codes[at] = ((byte & 0x1f) << 6) | (second & 0x3f);
    } else {
      return undefined;
    }
  }
  return i === end ? codes : undefined;
}
