import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BENCH, GENERATED, ROOT } from "../paths.ts";

/** A program whose bundle is measured. */
export interface App {
  readonly id: string;
  readonly title: string;
  /** Its source file. */
  readonly entry: string;
  /** For an app that imports one protocol: that protocol's name. No other's may be in the bundle. */
  readonly only?: string;
  /** CommonJS, which rollup bundles by plugins only. */
  readonly isCommonJs?: boolean;
}

/** One protocol of each entry, for the app that imports only that; entries that the codec does not have are left out. */
const samples = [
  { entry: ".", name: "Qot_GetUserSecurity", constant: "QotGetUserSecurity" },
  { entry: "./quote", name: "Qot_GetOrderBook", constant: "QotGetOrderBook" },
  { entry: "./trade", name: "Trd_GetAccList", constant: "TrdGetAccList" },
];

/** The entries of `@tickwire/codec`, as its users import them. */
export function codecEntries(): string[] {
  const { exports } = JSON.parse(readFileSync(join(BENCH, "node_modules/@tickwire/codec/package.json"), "utf8"));
  return Object.keys(exports)
    .filter((entry) => entry !== "./package.json")
    .map(specifierOf);
}

const specifierOf = (entry: string): string => `@tickwire/codec${entry.slice(1)}`;

/** Writes the apps' sources and tells what they are. */
export function writeApps(): App[] {
  const folder = join(GENERATED, "sizes");
  mkdirSync(folder, { recursive: true });
  const write = (id: string, ...lines: string[]): string => {
    const entry = join(folder, `${id}.js`);
    writeFileSync(entry, `${lines.join("\n")}\n`);
    return entry;
  };
  const known = new Set(codecEntries());
  const watchlist = join(ROOT, "e2e/src/fixtures/watchlist-app.ts");
  if (!existsSync(watchlist)) throw new Error(`${watchlist} is gone: it is the app that e2e holds to a size too`);
  return [
    { id: "watchlist", title: "watchlist app with web-client", entry: watchlist },
    ...samples
      .filter(({ entry }) => known.has(specifierOf(entry)))
      .map(({ entry, name, constant }) => ({
        id: `only-${name}`,
        title: `${name} of ${specifierOf(entry)}`,
        only: name,
        entry: write(
          `only-${name}`,
          `import { decodeResponse } from "@tickwire/codec";`,
          `import { ${constant} } from "${specifierOf(entry)}";`,
          `globalThis.read = (body) => decodeResponse(${constant}, body);`,
        ),
      })),
    {
      id: "registry",
      title: "whole registry of codec",
      entry: write(
        "registry",
        `import { messages, protocols } from "@tickwire/codec/registry";`,
        "globalThis.schema = { messages, protocols };",
      ),
    },
    {
      id: "futu-client",
      title: "futu-api",
      isCommonJs: true,
      entry: write("futu-client", `import FtWebsocket from "futu-api";`, "globalThis.client = new FtWebsocket();"),
    },
    {
      id: "futu-proto",
      title: "futu-api/proto.js alone",
      isCommonJs: true,
      entry: write("futu-proto", `import schema from "futu-api/proto.js";`, "globalThis.schema = schema;"),
    },
  ];
}
