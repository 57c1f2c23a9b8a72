import { existsSync } from "node:fs";
import { join } from "node:path";

const older = (name: string): string => join(import.meta.dirname, "../../tools/nodes/node_modules", name, "bin/node");

/**
 * The oldest Node that is supported, the one after it, and the one that runs the tests. The binaries come as optional
 * dependencies for Linux x64; elsewhere they are missing.
 */
export const nodes: readonly { readonly name: string; readonly path: string; readonly isMissing: boolean }[] = [
  { name: "Node 22", path: older("node22-linux-x64") },
  { name: "Node 24", path: older("node24-linux-x64") },
  { name: "this Node", path: process.execPath },
].map((node) => ({ ...node, isMissing: !existsSync(node.path) }));
