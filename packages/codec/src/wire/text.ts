const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-16 codes of the longest text that is put together here: a name, or a time with milliseconds, and some room. */
const MAX_CODES = 32;
/** An array for each number of codes, because making one costs as much as the text. */
const arrays = Array.from({ length: MAX_CODES + 1 }, (_, length) => new Array<number>(length).fill(0));

/**
 * Reads UTF-8; bytes that are none become U+FFFD. A `TextDecoder` costs much to call, so that short texts of ASCII and
 * Chinese are made here; it takes the long ones, emoji and whatever is wrong.
 */
export function readText(bytes: Uint8Array, start: number, end: number): string {
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
  const codes = arrays[count] ?? [];
  let i = start;
  for (let at = 0; at < codes.length; at++) {
    let code = bytes[i++] as number;
    if (code >= 0x80) {
      const second = (bytes[i++] as number) ^ 0x80;
      const third = (bytes[i++] as number) ^ 0x80;
      code = ((code ^ 0xe0) << 12) | (second << 6) | third;
      // Two bytes, four bytes, bytes that do not go on a character, one in too many bytes, half a pair.
      if ((second | third) > 0x3f || code < 0x800 || code > 0xffff || (code & 0xf800) === 0xd800) return undefined;
    }
    codes[at] = code;
  }
  return i === end ? codes : undefined;
}
