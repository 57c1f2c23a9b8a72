import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, SchemaError } from "./facts.ts";

/** Where `.proto` files of the vendor are. */
export interface VendorSchema {
  readonly name: string;
  readonly folder: string;
  [Symbol.dispose](): void;
}

const require = createRequire(import.meta.url);

const keep = (): void => {
  // Only what was fetched goes away.
};

/** A folder that is there. */
export function given(name: string, folder: string): VendorSchema {
  return { name, folder, [Symbol.dispose]: keep };
}

/** The pinned client that the workspace has installed. */
export function installed(): VendorSchema {
  const manifest = require.resolve("futu-api/package.json");
  const { name, version } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string; version: string };
  return given(`${name} ${version}`, join(dirname(manifest), "proto"));
}

/** A client as npm has it, in a temporary folder. */
export async function fetched(name: string, version: string): Promise<VendorSchema> {
  const spec = `${name}@${version}`;
  if (!/^(?:@[\w.-]+\/)?[\w.-]+@[\w.+-]+$/.test(spec))
    throw new SchemaError(`${spec} is not the name and version of a package`);
  const folder = mkdtempSync(join(tmpdir(), "tickwire-drift-"));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    // On Windows, npm is a script for the shell.
    const shell = process.platform === "win32";
    await run("npm", ["pack", spec, "--ignore-scripts", "--loglevel=error"], { cwd: folder, shell });
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
    if (tarball === undefined) throw new SchemaError(`npm pack ${spec} left no tarball`);
    await run("tar", ["-xzf", tarball], { cwd: folder, shell: false });
  } catch (error) {
    dispose();
    throw error;
  }
  return { name: `${name} ${version}`, folder: join(folder, "package", "proto"), [Symbol.dispose]: dispose };
}

async function run(command: string, args: readonly string[], options: { cwd: string; shell: boolean }): Promise<void> {
  try {
    await promisify(execFile)(command, args, options);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const reason = stderr.trim() === "" ? messageOf(error) : stderr.trim();
    throw new SchemaError(`${command} ${args.slice(0, 2).join(" ")} failed:\n${reason}`, { cause: error });
  }
}
