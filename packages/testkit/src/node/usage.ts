import { readFile } from "node:fs/promises";

/** A mistake in what the user wrote: exit code 2. */
export class UsageError extends Error {}

/**
 * What the file of a flag holds; undefined without the flag.
 * @throws {UsageError}
 */
export async function readFlagFile<T>(
  flag: string,
  file: string | undefined,
  parse: (text: string) => T,
): Promise<T | undefined> {
  if (file === undefined) return undefined;
  try {
    return parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${flag} ${file}: ${messageOf(error)}`);
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
