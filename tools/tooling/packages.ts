import { globSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The fields of a package.json that matter here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface Package {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function packageIn(folder: string): Package {
  return { folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) };
}

/** The packages of the workspace that are published, by name. */
export function publishedPackages(): readonly Package[] {
  return globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((path) => packageIn(dirname(join(root, path))))
    .filter(({ manifest }) => manifest.private !== true);
}

/** One that is not ours. */
export interface ForeignPackage extends Package {
  /** Names of the packages that depend on it. */
  readonly wantedBy: string[];
}

/** What users get beside our packages: their dependencies and those of these, however deep, as they are installed here. */
export function foreignDependencies(): readonly ForeignPackage[] {
  const ours = publishedPackages();
  const found = new Map<string, ForeignPackage>();
  const visit = ({ folder, manifest }: Package): void => {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (ours.some((each) => each.manifest.name === name)) continue;
      const dependency = packageIn(folderOf(name, folder));
      const key = `${name}@${dependency.manifest.version}`;
      const known = found.get(key);
      known?.wantedBy.push(manifest.name);
      if (known !== undefined) continue;
      found.set(key, { ...dependency, wantedBy: [manifest.name] });
      visit(dependency);
    }
  };
  ours.forEach(visit);
  return [...found.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}

/** Where a dependency of the package in `from` is. Not by its manifest, which many do not export. */
export function folderOf(name: string, from: string): string {
  for (const folder of createRequire(join(from, "package.json")).resolve.paths(name) ?? [])
    try {
      return realpathSync(join(folder, name));
    } catch {
      // The next one.
    }
  throw new Error(`${name}, which ${from} depends on, is not installed`);
}
