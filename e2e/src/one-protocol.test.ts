// Importing one protocol brings that one: the other 176 are not in the bundle.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { Writer } from "@tickwire/codec";
import { protocols } from "@tickwire/codec/registry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { budgetsOf } from "./budgets.ts";
import { bundlers } from "./bundlers.ts";

const OWN = "Qot_GetOrderBook";
const [BUDGET_BYTES = 0] = budgetsOf("Apps").get("one-protocol-app.ts") ?? [];

const manifest: { protocols: { package: string }[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../proto/opend.manifest.json"), "utf8"),
);

/** The protocols whose name is in the code as a text of its own, or at the start of a message's full name. */
const protocolsIn = (code: string): string[] =>
  manifest.protocols.map((item) => item.package).filter((name) => new RegExp(`["'\`]${name}["'\`.]`).test(code));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-one-protocol-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.entries(bundlers))("%s", async (name, bundle) => {
  const code = await bundle(join(import.meta.dirname, "fixtures/one-protocol-app.ts"));
  const gzipBytes = gzipSync(code, { level: 9 }).length;
  process.stdout.write(`one protocol, ${name}: ${code.length} bytes min, ${gzipBytes} gzip (budget ${BUDGET_BYTES})\n`);
  expect(protocolsIn(code)).toEqual([OWN]);
  expect(gzipBytes).toBeLessThanOrEqual(BUDGET_BYTES);

  // And it works.
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  expect(await bestAsk(file)).toBe(301.5);
});

/** Starts the app, hands it a reply, and gives what it tells. */
async function bestAsk(file: string): Promise<unknown> {
  const app = new EventTarget();
  const before = { addEventListener: globalThis.addEventListener, dispatchEvent: globalThis.dispatchEvent };
  Object.assign(globalThis, {
    addEventListener: app.addEventListener.bind(app),
    dispatchEvent: app.dispatchEvent.bind(app),
  });
  try {
    await import(pathToFileURL(file).href);
    let told: unknown;
    app.addEventListener("best-ask", (event) => {
      told = (event as CustomEvent).detail;
    });
    app.dispatchEvent(Object.assign(new Event("message"), { data: orderBook(301.5) }));
    return told;
  } finally {
    Object.assign(globalThis, before);
  }
}

function orderBook(price: number): Uint8Array {
  const codec = [...protocols.values()].find(({ protocol }) => protocol.name === OWN);
  const writer = new Writer();
  codec?.encodeResponse(writer, {
    retType: 0,
    s2c: {
      security: { market: 1, code: "00700" },
      orderBookAskList: [{ price, volume: 100n, orederCount: 1, detailList: [] }],
      orderBookBidList: [],
    },
  });
  return writer.finish();
}
