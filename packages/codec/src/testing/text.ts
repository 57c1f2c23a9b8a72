import fc from "fast-check";

const codePoint = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0x4e00, max: 0x9fff }),
  fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xfeff, 0xfffd, 0xffff, 0x1_f600, 0x10_ffff),
  // Anything that is not half of a surrogate pair.
  fc.integer({ min: 0, max: 0x10_ffff - 0x800 }).map((value) => (value < 0xd800 ? value : value + 0x800)),
);

/** Any text that has a UTF-8 form: ASCII, Chinese, emoji, the edges of each length, byte order marks, NUL. */
export const anyText: fc.Arbitrary<string> = fc
  .array(codePoint, { maxLength: 40 })
  .map((points) => String.fromCodePoint(...points));

const samples = ["x", "é", "港", "😀"].map((character) => ({
  character,
  bytes: new TextEncoder().encode(character).length,
}));

/** Texts whose length in bytes, or in characters, is near those at which the codec goes another way. */
export const edgeText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 47, 48, 49, 93, 95, 96, 97, 99, 127, 128, 129),
    fc.constantFrom(...samples),
    fc.integer({ min: 0x20, max: 0x7e }),
  )
  .map(([length, { character, bytes }, other]) => {
    // What one character does not fill is filled with another one, so that not all of a length are equal.
    const rest = bytes === 1 ? Math.min(length, 1) : length % bytes;
    return character.repeat((length - rest) / bytes) + String.fromCharCode(other).repeat(rest);
  });
