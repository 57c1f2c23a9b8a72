// A package registry on this machine, into which the packages are published as they will be into the public one.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { foreignDependencies } from "@tickwire/tooling/packages";
import { runServer } from "verdaccio";
import { root } from "./snippets/blocks.ts";

const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { packageManager: string };
/** The pnpm that runs this test; started by hand, the pinned one. */
const isUnderPnpm = process.env["npm_config_user_agent"]?.startsWith("pnpm/") === true;
const [pnpm = "", ...pnpmArgs] = isUnderPnpm ? ["pnpm"] : ["npx", "--yes", packageManager];

export interface Registry {
  readonly url: string;
  close(): void;
}

/** Starts a registry that knows no other one, and holds our packages and what they depend on. */
export async function publishAll(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "tickwire-registry-"));
  // Its storage is beside the file that its configuration would be in.
  const configuration = {
    configPath: join(folder, "config.yaml"),
    storage: join(folder, "storage"),
    packages: { "**": { access: "$all", publish: "$anonymous" } },
    log: { type: "stdout", level: "fatal" },
    web: { enable: false },
  };
  const server: Server = await runServer(configuration as unknown as Parameters<typeof runServer>[0]);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  // On a CI, by whose variables it is known, there would be a proof of provenance, which a test has no right to.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB|ACTIONS|GITLAB)(_|$)/.test(name)),
  );
  const publish = (cwd: string, ...flags: string[]) =>
    promisify(execFile)(pnpm, [...pnpmArgs, "publish", "--registry", url, "--no-git-checks", ...flags], { cwd, env });
  // What they depend on stands for the public registry: it was packed elsewhere, and its scripts are not for us.
  for (const [index, dependency] of foreignDependencies().entries()) {
    const copy = join(folder, "foreign", String(index));
    mkdirSync(copy, { recursive: true });
    cpSync(dependency.folder, copy, { recursive: true, filter: (path) => !path.endsWith("/node_modules") });
    await publish(copy, "--ignore-scripts");
  }
  await publish(root, "--recursive");
  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
