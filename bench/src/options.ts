import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { ClockName } from "./measure/clock.ts";

export const COMMANDS = ["codec", "cpp", "client", "sizes", "check", "docs"] as const;
export type Command = (typeof COMMANDS)[number];

export const HELP = `Usage: npm run bench -- [command] [options]

  codec     decodes and encodes the corpus with ours and with the peers (the default)
  cpp       decodes it with ours and with C++ (libprotobuf), in turns
  client    our clients and the vendor's against one server
  sizes     bundle sizes and import times
  check     a quick run against the newest saved results; fails when we fell behind
  docs      writes docs/performance.md from the newest saved results

  --quick          fewer and shorter rounds
  --save           keeps the results in bench/results and renews docs/performance.md
  --clock cpu      counts processor time rather than the time that passes: for a machine that is not quiet
  --rounds N       of each process
  --processes N    asks so many, one after the other: what the engine compiles differs between them
  --seed N         another corpus
  --items a,c      only these
  --peers pbf,...  only those whose names contain one of these
  --ours FOLDER    our codec's built files, when they are elsewhere
  --against FOLDER lets another build of ours take part
  --help           shows this`;

export interface Options {
  readonly command: Command;
  readonly help: boolean;
  readonly quick: boolean;
  readonly save: boolean;
  readonly clock: ClockName;
  readonly rounds?: number | undefined;
  readonly processes?: number | undefined;
  readonly seed?: number | undefined;
  readonly items?: readonly string[] | undefined;
  readonly peers?: readonly string[] | undefined;
  readonly ours?: string | undefined;
  readonly against?: readonly string[] | undefined;
}

/** @throws {Error} What is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h", default: false },
      quick: { type: "boolean", default: false },
      save: { type: "boolean", default: false },
      clock: { type: "string", default: "wall" },
      rounds: { type: "string" },
      processes: { type: "string" },
      seed: { type: "string" },
      items: { type: "string" },
      peers: { type: "string" },
      ours: { type: "string" },
      against: { type: "string", multiple: true },
    },
  });
  const [name = "codec", ...rest] = positionals;
  const command = COMMANDS.find((one) => one === name);
  if (command === undefined || rest.length > 0) throw new Error(`no such command: ${positionals.join(" ")}`);
  if (values.clock !== "wall" && values.clock !== "cpu") throw new Error("--clock is wall or cpu");
  return {
    command,
    help: values.help,
    quick: values.quick,
    save: values.save,
    clock: values.clock,
    rounds: wholeNumber("--rounds", values.rounds),
    processes: wholeNumber("--processes", values.processes),
    seed: wholeNumber("--seed", values.seed),
    items: values.items?.split(","),
    peers: values.peers?.split(","),
    ours: values.ours === undefined ? undefined : resolve(values.ours),
    against: values.against?.map((folder) => resolve(folder)),
  };
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${flag} is a whole number above 0`);
  return Number(text);
}
