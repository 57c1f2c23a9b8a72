import { Command, CommanderError, Option } from "commander";
import { add, create, deleteGroup, remove, rename } from "./commands/change.ts";
import { decode } from "./commands/decode.ts";
import { doctor } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { fake } from "./commands/fake.ts";
import { groups } from "./commands/groups.ts";
import { importCommand } from "./commands/import.ts";
import { list } from "./commands/list.ts";
import { record } from "./commands/record.ts";
import { request } from "./commands/request.ts";
import { sync } from "./commands/sync.ts";
import { watch } from "./commands/watch.ts";
import { type GlobalFlags, readSettings } from "./config.ts";
import type { Context, Runtime } from "./context.ts";
import { ExitCode, exitCodeOf, usage } from "./errors.ts";
import { Output } from "./output.ts";
import { HELP_WIDTH } from "./request-help.ts";
import { version } from "./version.ts";

/** How a command runs what it does. */
export interface Host {
  /**
   * An action for commander.
   * @param run Gets the options, and then the arguments in their order. It may give an exit code; else it is 0.
   */
  act<Options, Args extends unknown[]>(
    run: (context: Context, options: Options & GlobalFlags, ...args: Args) => Promise<ExitCode> | Promise<void>,
  ): (...all: unknown[]) => Promise<void>;
}

/** All commands, as the help groups them. */
const commands: Readonly<Record<string, ReadonlyArray<(host: Host) => Command>>> = {
  "Watchlists:": [groups, list, add, remove, create, rename, deleteGroup, sync, exportCommand, importCommand],
  "Quotes and messages:": [watch, request, decode],
  "Trouble and tests:": [doctor, record, fake],
};

const FOOTER = `
Settings go by flags, then by variables, then by the configuration file
($XDG_CONFIG_HOME/tickwire/config.json, else ~/.config/tickwire/config.json).
Secrets have no flags:
  TICKWIRE_ADDRESS, TICKWIRE_WEBSOCKET_KEY, TICKWIRE_RSA_KEY_FILE,
  TICKWIRE_BROKER, TICKWIRE_TIMEOUT_MS, TICKWIRE_CONFIG, LONGPORT_APP_KEY,
  LONGPORT_APP_SECRET, LONGPORT_ACCESS_TOKEN, LONGPORT_REGION, …

Exit codes: 0 done, 1 failed or refused, 2 typed wrong or a wrong setting,
3 no connection or login, 130 Ctrl-C, 143 ended.

Start with:  tickwire groups    tickwire watch All    tickwire doctor
Without OpenD, run \`tickwire fake\` in another terminal before.
`;

/**
 * Runs the program.
 * @param args Without the program's own name.
 * @returns The exit code.
 */
export async function run(args: readonly string[], runtime: Runtime): Promise<ExitCode> {
  const { io, signal } = runtime;
  let exitCode: ExitCode = ExitCode.Ok;
  const host: Host = {
    act:
      (act) =>
      async (...all) => {
        const command = all.at(-1) as Command;
        const flags = command.optsWithGlobals() as GlobalFlags;
        const output = new Output(io, flags.json === true);
        const settings = await readSettings(flags, runtime.env, runtime.home);
        const context = { ...runtime, settings, output };
        exitCode = (await act(context, flags as never, ...(command.processedArgs as never))) ?? ExitCode.Ok;
      },
  };
  const program = build(host, runtime);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.Ok;
    const command = args.find((arg) => program.commands.some((each) => each.name() === arg));
    const failure = error instanceof CommanderError ? usageOf(error, command) : error;
    // What was given up because the program ends has nothing to tell.
    if (!signal.aborted) new Output(io, args.includes("--json")).failure(failure);
    exitCode = exitCodeOf(failure);
  }
  return signal.aborted ? (signal.reason as ExitCode) : exitCode;
}

function build(host: Host, { io }: Runtime): Command {
  const helpWidth = Math.min(HELP_WIDTH, io.screen?.size().columns ?? HELP_WIDTH);
  const program = new Command("tickwire")
    .description("Watchlists and quotes of Futu / moomoo and LongPort, at a terminal.")
    .addOption(new Option("-b, --broker <name>", "futu (also: moomoo) or longport; default futu"))
    .option("-a, --address <address>", "OpenD, as tcp://127.0.0.1:11111 (the default) or ws://127.0.0.1:33333")
    .option("--rsa-key <file>", "the private RSA key that OpenD has, in PEM")
    .option("--timeout <ms>", "how long a request may take, waiting for its turn included; default 40000")
    .option("--config <file>", "where the settings are")
    .option("--json", "answers, and errors, as JSON; 64-bit integers as texts")
    .version(version(), "-V, --version", "the version of this program")
    .addHelpText("after", FOOTER)
    .configureHelp({ helpWidth });
  program.commandsGroup("Trouble and tests:").helpCommand("help [command]", "show how a command is used");
  for (const [heading, group] of Object.entries(commands))
    for (const command of group) program.addCommand(command(host).helpGroup(heading));
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .showSuggestionAfterError()
      // Told by the one place that tells all errors.
      .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined });
  for (const command of program.commands) command.configureHelp({ helpWidth, showGlobalOptions: true });
  return program;
}

/** `error: unknown command 'grops'\n(Did you mean groups?)` */
function usageOf({ message }: CommanderError, command: string | undefined): Error {
  const [problem = "", hint] = message.replace(/^error: /, "").split("\n");
  return usage(
    problem,
    hint?.replace(/^\(|\)$/g, "").replace(/^D/, "d") ??
      `\`${["tickwire", command, "--help"].filter(Boolean).join(" ")}\` shows how`,
  );
}
