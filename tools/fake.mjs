// Builds the fake OpenD gateway and runs it until this process is told to end, or its parent is gone. Stdout has only the
// server's own line; the build writes to stderr.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onOrphaned } from "./parent.mjs";
import { turbo } from "./turbo.mjs";

// Before the build, because the parent may go while it runs.
let server;
onOrphaned(() => {
  if (server === undefined) process.exit(1);
  server.kill("SIGTERM");
});

// Inside a turbo task everything is built already, and building again would disturb the tasks beside it.
if (process.env.TURBO_HASH === undefined) {
  const exitCode = turbo(["build", "--filter=@tickwire/testkit"], { quiet: true });
  if (exitCode !== 0) process.exit(exitCode);
}

// The server ends when its IPC channel does: so it does not outlive this process, even when that is killed.
const program = fileURLToPath(new URL("../packages/testkit/dist/fake.js", import.meta.url));
server = spawn(process.execPath, [program, ...process.argv.slice(3)], {
  stdio: ["ignore", "inherit", "inherit", "ipc"],
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
