import { usage } from "./errors.ts";

// What people have at hand:
//
//   plain     46 54 96 0c … / 4654960c / 0x46, 0x54      in any number of lines
//   dump      00000000: 4654 960c …  FT..                by xxd, hexdump -C, Wireshark: an offset in front of each line,
//             00000000  46 54 96 0c  … |FT..|            and the characters behind

const OFFSET = /^\s*([0-9a-f]{4,8})(:?)(?:\s+|$)/i;

/**
 * Bytes out of a text of hexadecimal digits, or of a dump.
 * @throws {CliError} `CLI_USAGE` with the line.
 */
export function bytesOfHex(text: string): Uint8Array {
  const lines = text.split(/\r?\n/);
  const isDump = looksLikeDump(lines);
  const bytes = new Uint8Array(text.length >> 1);
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const digits = (isDump ? withoutMargins(line) : line).replace(/0x/gi, "").replace(/[\s,:;-]+/g, "");
    const [wrong] = /[^0-9a-f]/i.exec(digits) ?? [];
    if (wrong !== undefined) throw usage(`line ${index + 1}: ${JSON.stringify(wrong)} is no hexadecimal digit`);
    if (digits.length % 2 !== 0) throw usage(`line ${index + 1}: an odd number of hexadecimal digits`);
    bytes.set(Buffer.from(digits, "hex"), length);
    length += digits.length / 2;
  }
  return bytes.subarray(0, length);
}

/** Each line begins with a greater offset than the one before, the first with 0. */
function looksLikeDump(lines: readonly string[]): boolean {
  let before = -1;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const offset = Number.parseInt(OFFSET.exec(line)?.[1] ?? "", 16);
    if (before === -1 ? offset !== 0 : !(offset > before)) return false;
    before = offset;
  }
  return before !== -1;
}

/** Without the offset, and without the characters: behind a bar, or behind a gap, which is wider where single bytes stand. */
function withoutMargins(line: string): string {
  const [head = "", , colon] = OFFSET.exec(line) ?? [];
  const rest = line.slice(head.length).replace(/\|.*$/, "");
  return rest.split(colon === ":" ? / {2,}/ : / {3,}/)[0] ?? "";
}

/** Whether bytes are a text, which no frame of a broker is: each has a zero in its header, or a byte above the text's. */
export const isText = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
