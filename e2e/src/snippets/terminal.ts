// Runs shell blocks that show the program `tickwire`, against fakes.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeLongPort, FakeOpenD } from "@tickwire/testkit";
import { listen, listenLongPort } from "@tickwire/testkit/node";
import { type Block, root } from "./blocks.ts";
import { type Ended, run } from "./modules.ts";

const bin = join(root, "packages/cli/dist/bin.js");

/** Whether a block is such a one. */
export const isTerminal = ({ language, code }: Block): boolean => language === "sh" && /^tickwire /m.test(code);

/** How a block shall end: `exits-3` behind the language, else 0. */
export const exitCodeOf = ({ words }: Block): number =>
  Number(words.find((word) => word.startsWith("exits-"))?.slice("exits-".length) ?? 0);

/** Runs a block as a shell does, in an empty folder and with settings by variables; `output` has both streams in their order. */
export async function runTerminal({ code }: Block, limitMs: number): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "tickwire-terminal-"));
  const bins = join(folder, "bin");
  mkdirSync(bins);
  writeFileSync(join(bins, "tickwire"), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(join(bins, "tickwire"), 0o755);
  const opend = new FakeOpenD({ quoteIntervalMs: 20 });
  const { tcp, ws, close } = await listen(opend);
  const longport = await listenLongPort(new FakeLongPort({ quoteIntervalMs: 20 }));
  try {
    const ports: readonly (readonly [shown: string, real: string])[] = [
      ["127.0.0.1:11111", `127.0.0.1:${tcp.port}`],
      ["127.0.0.1:33333", `127.0.0.1:${ws.port}`],
    ];
    const script = ports.reduce((text, [shown, real]) => text.replaceAll(shown, real), code);
    const ended = await run("sh", ["-c", `exec 2>&1\ncd "${folder}"\n${script}`], folder, limitMs, {
      PATH: `${bins}:${process.env["PATH"]}`,
      HOME: folder,
      TICKWIRE_ADDRESS: tcp.url,
      LONGPORT_APP_KEY: "fake-app-key",
      LONGPORT_APP_SECRET: "fake-app-secret",
      LONGPORT_ACCESS_TOKEN: "fake-access-token",
      LONGPORT_HTTP_URL: longport.url,
    });
    return { ...ended, output: ports.reduce((text, [shown, real]) => text.replaceAll(real, shown), ended.output) };
  } finally {
    await close();
    await longport.close();
    opend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
