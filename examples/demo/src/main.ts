import { TickwireError } from "@tickwire/node-client";
import { demo } from "./demo.ts";
import { type DemoOptions, readOptions, usage } from "./options.ts";

function options(): DemoOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

// A reader such as `head` may leave early.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const chosen = options();
if (chosen.help) {
  console.log(usage);
} else {
  try {
    await demo(chosen, (text) => console.log(text));
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
