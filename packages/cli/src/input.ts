import { readFile } from "node:fs/promises";
import { CliError, usage } from "./errors.ts";
import type { Io } from "./output.ts";

/**
 * The bytes of a file, or of stdin for `-`.
 * @throws {CliError} `CLI_FILE` or `CLI_USAGE`
 */
export async function readInput({ stdin }: Pick<Io, "stdin">, file: string): Promise<Uint8Array> {
  if (file !== "-") {
    try {
      return await readFile(file);
    } catch (error) {
      throw new CliError("CLI_FILE", `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  if (stdin === undefined) throw usage("stdin is a terminal", "pipe something into it, or name a file");
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
