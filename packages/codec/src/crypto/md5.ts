// MD5 (RFC 1321). It is broken for signatures, and here only the form in which OpenD takes its keys. A library's takes a
// tenth of a browser app, for streams and checks that nobody needs for a key.

/** How far each step of a round turns, four to a round. */
const TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** MD5 of a text's UTF-8 bytes as 32 lowercase hex digits: the form in which OpenD takes its keys. */
export function md5Hex(text: string): string {
  const message = new TextEncoder().encode(text);
  const { length } = message;
  // The message, a one, zeros, and the number of bits, in blocks of 64 bytes.
  const view = new DataView(new ArrayBuffer((length + 72) & ~63));
  new Uint8Array(view.buffer).set(message);
  view.setUint8(length, 0x80);
  view.setBigUint64(view.byteLength - 8, BigInt(length) * 8n, true);

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round] as number;
      const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] as number;
      const constant = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
      const sum = (a + mixed + constant + view.getInt32(block + (word & 15) * 4, true)) | 0;
      const turn = TURNS[round * 4 + (i & 3)] as number;
      [a, d, c, b] = [d, c, b, b + ((sum << turn) | (sum >>> (32 - turn)))];
    }
    for (const [i, value] of [a, b, c, d].entries()) state[i] = (state[i] as number) + value;
  }
  for (const [i, value] of state.entries()) view.setInt32(i * 4, value, true);
  return Array.from(new Uint8Array(view.buffer, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
