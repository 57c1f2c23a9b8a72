import { runCommand } from "./commands.ts";
import { HELP, type Options, readOptions } from "./options.ts";

let options: Options | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = 2;
}
if (options?.help) console.log(HELP);
else if (options !== undefined) process.exitCode = await runCommand(options);
