/** `"0a02 0803"` → its bytes; blanks are for the reader. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) throw new Error(`not hex: ${hex}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += hexOf[byte];
  return hex;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The same bytes in the middle of a larger buffer: finds code that forgets `byteOffset`. */
export function embedded(bytes: Uint8Array): Uint8Array {
  const around = new Uint8Array(bytes.length + 10).fill(0xaa);
  around.set(bytes, 3);
  return around.subarray(3, 3 + bytes.length);
}

/** The bytes cut before each of the given positions. */
export function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const starts = [0, ...[...positions].sort((a, b) => a - b)];
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1] ?? bytes.length));
}
