import { parseArgs } from "node:util";

export const HELP = `Usage: npm run fuzz -- [options]

Damages what OpenD, its clients and LongPort send, gives it to all that reads it, and fails when something else comes of
it than a value or a typed error.

  --inputs N    how many (default 1000000)
  --seed N      decides them (default 1)
  --only N      runs one input alone, by its number
  --seconds N   ends after this time, with those that were run (default 600)
  --help        shows this`;

export interface Options {
  readonly help: boolean;
  readonly seed: number;
  readonly first: number;
  readonly inputs: number;
  readonly seconds: number;
}

/** @throws {Error} What is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const string = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h", default: false },
      inputs: string,
      seed: string,
      only: string,
      seconds: string,
    },
  });
  const only = wholeNumber("--only", values.only);
  return {
    help: values.help,
    seed: wholeNumber("--seed", values.seed) ?? 1,
    first: only ?? 0,
    inputs: only === undefined ? (wholeNumber("--inputs", values.inputs) ?? 1_000_000) : 1,
    seconds: wholeNumber("--seconds", values.seconds) ?? 600,
  };
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) throw new Error(`${flag} is a whole number`);
  return text === undefined ? undefined : Number(text);
}
