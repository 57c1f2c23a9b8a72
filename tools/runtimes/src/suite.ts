import type { Desk } from "./desk.ts";

/** What a suite is about: a package. */
export type Subject = "codec" | "web-client" | "longport" | "node-client";

export interface Case {
  readonly name: string;
  /** Rejects when it fails. */
  run(desk: Desk): Promise<void> | void;
}

export interface Suite {
  readonly subject: Subject;
  /** How the package is used in it; empty where there is one way only. */
  readonly way: string;
  readonly cases: readonly Case[];
}

/** What became of one case. */
export interface Result {
  readonly suite: string;
  readonly name: string;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}

export const nameOf = ({ subject, way }: Suite): string => `${subject}${way}`;

/** Runs all, one after the other, and tells the desk what became of each. */
export async function runSuites(suites: readonly Suite[], desk: Desk): Promise<void> {
  for (const suite of suites)
    for (const { name, run } of suite.cases) {
      const result = { suite: nameOf(suite), name };
      try {
        await run(desk);
        await desk.report(result);
      } catch (error) {
        await desk.report({ ...result, failure: error instanceof Error ? `${error.stack ?? error}` : String(error) });
      }
    }
}

/** Fails the case unless both have the same JSON; bigints and bytes become texts. */
export function same(actual: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, part) =>
      typeof part === "bigint" ? `${part}n` : part instanceof Uint8Array ? toHex(part) : part,
    );
  if (text(actual) !== text(expected)) throw new Error(`expected ${text(expected)}, got ${text(actual)}`);
}

/** Fails the case unless it rejects or throws with these fields; gives the error. */
export async function rejects(act: () => unknown, expected: Readonly<Record<string, unknown>>): Promise<Error> {
  let error: unknown;
  try {
    await act();
  } catch (reason) {
    error = reason;
  }
  if (!(error instanceof Error)) throw new Error(`expected ${expected["code"]}, got ${error}`);
  for (const [key, value] of Object.entries(expected)) same((error as unknown as Record<string, unknown>)[key], value);
  return error;
}

export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
