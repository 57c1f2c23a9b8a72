import { createReadStream } from "node:fs";
import { CliError, fileReason, usage } from "./errors.ts";
import type { Io } from "./output.ts";

/** More than this is not read, so that a device or a log that never ends does not fill the memory. */
const MAX_MIB = 256;

/**
 * The bytes of a file, or of stdin for `-`.
 * @throws {CliError} `CLI_FILE` or `CLI_USAGE`
 */
export async function readInput({ stdin }: Pick<Io, "stdin">, file: string): Promise<Uint8Array> {
  const source: AsyncIterable<Uint8Array> | undefined = file === "-" ? stdin : createReadStream(file);
  if (source === undefined) throw usage("stdin is a terminal", "pipe something into it, or name a file");
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      length += chunk.length;
      if (length > MAX_MIB * 2 ** 20)
        throw usage(`${nameOfInput(file)} has more than ${MAX_MIB} MiB`, "give a part of it");
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError("CLI_FILE", `${nameOfInput(file)} cannot be read: ${fileReason(error)}`);
  }
  return Buffer.concat(chunks);
}

/** As messages call it. */
export const nameOfInput = (file: string): string => (file === "-" ? "stdin" : file);

/** Text of any of the encodings that Windows writes: UTF-16 where it begins with its mark, else UTF-8. */
export const textOf = (bytes: Uint8Array): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
