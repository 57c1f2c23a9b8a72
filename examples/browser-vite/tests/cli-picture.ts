// Behind `pictures`: runs the built `tickwire` in terminals, against a fake on OpenD's usual ports, and photographs what they show
// for docs/pictures. It needs `script` of util-linux, which makes a program believe that it writes to a terminal.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { findChromium } from "@tickwire/tooling/vitest";
import serialize from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { chromium } from "playwright";
import sharp from "sharp";

const file = fileURLToPath(new URL("../../../docs/pictures/cli.png", import.meta.url));
const WATCHED_MS = 6000;
const ROWS = 26;
const theme = { background: "#14171c", foreground: "#d5dae1" };

/** What a terminal of so many columns shows after these commands. */
async function shown(columns: number, commands: readonly (readonly [words: string, stopAfterMs?: number])[]) {
  const terminal = new headless.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true, theme });
  const addon = new serialize.SerializeAddon();
  terminal.loadAddon(addon);
  for (const [index, [words, stopAfterMs]] of commands.entries()) {
    terminal.write(`${index === 0 ? "" : "\r\n"}\u001b[2m$\u001b[0m \u001b[1m${words}\u001b[0m\r\n`);
    const inTerminal = `stty cols ${columns} rows ${ROWS}; exec ${words}`;
    const program = spawn("script", ["-qec", inTerminal, "/dev/null"], { stdio: ["ignore", "pipe", "ignore"] });
    let isStopped = false;
    program.stdout.on("data", (bytes: Uint8Array) => isStopped || terminal.write(bytes));
    const ended = once(program, "close");
    if (stopAfterMs !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, stopAfterMs));
      isStopped = true;
      program.kill();
    }
    await ended;
  }
  await new Promise<void>((resolve) => terminal.write("", resolve));
  return addon.serializeAsHTML({ includeGlobalBackground: true });
}

async function startFake(): Promise<ChildProcess> {
  const flags = ["fake", "--fixture", "hong-kong-investor", "--quiet"];
  const fake = spawn("tickwire", flags, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([once(fake.stdout, "data"), once(fake, "close")]);
  if (!String(line).includes('"ready"')) throw new Error("the fake does not start: are OpenD's ports free?");
  return fake;
}

async function photograph(panes: readonly string[]): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium was found: set TICKWIRE_CHROMIUM");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ deviceScaleFactor: 1.5 });
    await page.setContent(
      `<style>${style}</style><main>${panes.map((pane) => `<section>${pane}</section>`).join("")}</main>`,
    );
    const png = await page.locator("main").screenshot();
    const { size } = await sharp(png).png({ palette: true, colours: 32, dither: 0, effort: 10 }).toFile(file);
    console.log(`cli.png ${Math.round(size / 1000)} kB`);
  } finally {
    await browser.close();
  }
}

// Of this font two letters are as wide as one Chinese character, as in a terminal.
const style = `
  main { display: inline-flex; gap: 12px; padding: 16px; background: #2a2f38; }
  section { padding: 14px 18px; border-radius: 8px; background: ${theme.background}; }
  pre { margin: 0; }
  pre > div { font: 15px/1.4 "Noto Sans Mono CJK SC", monospace !important; }
  /* Red and green of the emulator are for a white ground. */
  [style*="#cc0000"] { color: #ff7a70 !important; }
  [style*="#4e9a06"] { color: #5fd38d !important; }
  pre > div > div { min-height: 1.4em; white-space: pre; }
`;

const fake = await startFake();
let panes: string[];
try {
  panes = [
    await shown(38, [["tickwire groups"], ["tickwire list 收息股"]]),
    await shown(74, [["tickwire watch 'Tech 科技'", WATCHED_MS], ["tickwire doctor --address tcp://127.0.0.1:33333"]]),
  ];
} finally {
  fake.kill();
}
await photograph(panes);
