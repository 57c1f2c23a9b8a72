import { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExitCode } from "../errors.ts";
import type { Host } from "../program.ts";

export const fake = (host: Host): Command =>
  new Command("fake")
    .description(
      "run a fake OpenD, and a fake LongPort beside it, to try things with (`tickwire fake --help`: its flags)",
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument("[flags...]", "those of tickwire-fake")
    .action(host.act(runFakes));

/** Runs the program of testkit until the signal comes. */
export async function runFakes({ io, signal }: Context, _: unknown, flags: readonly string[]): Promise<ExitCode> {
  // Only here, because it brings servers along.
  const { runFake } = await import("@tickwire/testkit/node");
  return (await runFake(flags, { out: io.out, err: io.err, stop: signal })) as ExitCode;
}
