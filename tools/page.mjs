// Builds the page of examples/browser-vite and serves it until this process is told to end, or its parent is gone. Stdout
// has only the address.
import { onOrphaned } from "./parent.mjs";
import { turbo } from "./turbo.mjs";

const PORT = 4173;

onOrphaned(() => process.exit(1));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

// Inside a turbo task everything is built already, and building again would disturb the tasks beside it.
if (process.env.TURBO_HASH === undefined) {
  const build = ["build", "--filter=@tickwire/example-browser-vite", "--output-logs=errors-only"];
  const exitCode = turbo(build, { quiet: true });
  if (exitCode !== 0) process.exit(exitCode);
}

const { addressOf, serve } = await import("../examples/browser-vite/serve.ts");
const server = await serve(PORT);
console.error("Open this address in a browser; Ctrl-C ends it:");
console.log(addressOf(server));
