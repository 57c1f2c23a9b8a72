import { Command } from "commander";
import { type Context, during } from "../context.ts";
import type { Check } from "../doctor/check.ts";
import { checkLongPort } from "../doctor/longport.ts";
import { checkOpenD } from "../doctor/opend.ts";
import { ExitCode } from "../errors.ts";
import type { Host } from "../program.ts";

export const doctor = (host: Host): Command =>
  new Command("doctor")
    .description(
      "find out why there is no connection, or no quotes: look at one thing after the other, and tell the fix",
    )
    .action(host.act(examine));

const marks = {
  ok: ["green", "ok"],
  failed: ["red", "failed"],
  warning: ["yellow", "warning"],
  skipped: ["dim", "skipped"],
} as const;

/** Looks at everything between here and the broker's answer. */
export async function examine(context: Context): Promise<ExitCode> {
  const { output, settings, signal } = context;
  const checks: Check[] = [];
  const looks = settings.broker === "futu" ? checkOpenD(context) : checkLongPort(context);
  for (;;) {
    const { value, done } = await during(context, "looking", looks.next());
    // What was given up is no finding.
    if (signal.aborted) return ExitCode.Failed;
    if (done || value === undefined) break;
    checks.push(value);
    if (!output.isJson) show(context, value);
  }
  const isWell = checks.every(({ state }) => state !== "failed");
  if (output.isJson) output.json({ ok: isWell, broker: settings.broker, checks });
  else output.line(isWell ? "\nAll is well." : "\nSomething is wrong: the fix stands below it.");
  return isWell ? ExitCode.Ok : ExitCode.Failed;
}

function show({ output }: Context, { name, state, detail, fix }: Check): void {
  const [style, mark] = marks[state];
  output.line(`${output.paint(style, mark.padEnd(7))}  ${name.padEnd(12)}  ${detail}`);
  if (fix !== undefined) output.line(`${" ".repeat(23)}${output.paint("bold", "fix")}: ${fix}`);
}
