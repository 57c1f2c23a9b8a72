import { readFile } from "node:fs/promises";

/** A mistake in what the user wrote: exit code 2. */
export class UsageError extends Error {}

/**
 * What a flag's value stands for; undefined without the flag.
 * @throws {UsageError} For whatever `read` throws.
 */
export async function flagged<T>(
  flag: string,
  value: string | undefined,
  read: (value: string) => Promise<T>,
): Promise<T | undefined> {
  if (value === undefined) return undefined;
  try {
    return await read(value);
  } catch (error) {
    throw new UsageError(`${flag} ${value}: ${messageOf(error)}`);
  }
}

/**
 * What the file of a flag holds; undefined without the flag.
 * @throws {UsageError}
 */
export function readFlagFile<T>(
  flag: string,
  file: string | undefined,
  parse: (text: string) => T,
): Promise<T | undefined> {
  return flagged(flag, file, async (path) => parse(await readFile(path, "utf8")));
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
