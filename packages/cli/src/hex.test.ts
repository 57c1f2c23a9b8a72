import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOfHex, isText } from "./hex.ts";

const hex = (bytes: Iterable<number>): string[] => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
const rowsOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => bytes.subarray(row * 16, row * 16 + 16));
const ascii = (row: Uint8Array): string =>
  [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
const dump = (bytes: Uint8Array, line: (offset: number, row: Uint8Array) => string): string =>
  rowsOf(bytes)
    .map((row, index) => line(index * 16, row))
    .join("\n");
const offsetText = (offset: number, digits: number): string => offset.toString(16).padStart(digits, "0");

/** How people come by them. */
const forms: Record<string, (bytes: Uint8Array) => string> = {
  plain: (bytes) => hex(bytes).join(""),
  "in lines": (bytes) =>
    rowsOf(bytes)
      .map((row) => hex(row).join(" "))
      .join("\r\n"),
  "C's": (bytes) =>
    hex(bytes)
      .map((byte) => `0x${byte.toUpperCase()}`)
      .join(", "),
  xxd: (bytes) =>
    dump(
      bytes,
      (offset, row) =>
        `${offsetText(offset, 8)}: ${(
          hex(row)
            .join("")
            .match(/.{1,4}/g) ?? []
        )
          .join(" ")
          .padEnd(39)}  ${ascii(row)}`,
    ),
  "hexdump -C": (bytes) =>
    `${dump(bytes, (offset, row) => `${offsetText(offset, 8)}  ${`${hex(row.subarray(0, 8)).join(" ")}  ${hex(row.subarray(8)).join(" ")}`.padEnd(48)}  |${ascii(row)}|`)}\n${offsetText(bytes.length, 8)}\n`,
  Wireshark: (bytes) =>
    dump(bytes, (offset, row) => `${offsetText(offset, 4)}   ${hex(row).join(" ").padEnd(47)}   ${ascii(row)}`),
};

test.each(Object.entries(forms))("bytes come back out of a text: %s", (_, write) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      expect(bytesOfHex(write(bytes))).toEqual(bytes);
    }),
  );
});

test.each([
  ["46 54\n4g", 'line 2: "g" is no hexadecimal digit'],
  ["465", "line 1: an odd number of hexadecimal digits"],
])("%j is refused with its line", (text, problem) => {
  expect(() => bytesOfHex(text)).toThrow(problem);
});

test("no frame of a broker is taken for a text", () => {
  expect(isText(new TextEncoder().encode("46 54\r\n\t"))).toBe(true);
  expect(isText(Uint8Array.of(0x46, 0x54, 0))).toBe(false);
});
