import { arch, cpus, release, totalmem, type } from "node:os";

/** What the numbers were measured on; nothing that tells whose machine it is. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  readonly v8: string;
}

export function thisMachine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release().replace(/[^\d.].*$/, "")} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

/** A short name for files: processor, cores, Node's major version. */
export const machineName = ({ cpu, cores, node }: Machine): string =>
  `${cpu.replaceAll(/\(\w+\)|CPU|Processor/g, "")} ${cores} cores node ${node.split(".")[0]}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .replaceAll(/^-|-$/g, "");
