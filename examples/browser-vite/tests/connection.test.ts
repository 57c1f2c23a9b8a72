import { defaultFixture, FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, group, notice, openPage, row, symbols } from "./page.ts";

const state = (page: Page) => page.locator(".state .word").textContent();
const price = (page: Page) => row(page, "Tencent").locator(".price").textContent();

/** Prices go on; `time` moves the page's, where that stands still. */
async function moves(page: Page, time = () => Promise.resolve()): Promise<void> {
  const before = await price(page);
  await eventually(async () => {
    await time();
    return price(page);
  }).not.toBe(before);
}

test("a gateway that is down: told at once, counted, greyed; then it comes back and tells the gap", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: "Take it down" }).click();
  await eventually(() => state(page)).toBe("Reconnecting");
  const banner = page.getByRole("region", { name: "Connection" });
  await eventually(() => banner.textContent()).toMatch(
    /^Connection lost\. Trying again (now|in \d+ s), attempt [2-9]\./,
  );
  expect(await banner.textContent()).toMatch(/Prices are as of \d+:\d\d:\d\d [AP]M and may have changed since\./);
  expect(await page.getByRole("table").getAttribute("data-old")).toBe("true");
  await banner.getByText("Why").click();
  expect(await banner.textContent()).toContain("OpenD closed the connection");

  await page.getByRole("button", { name: "Bring it back" }).click();
  await eventually(() => state(page)).toBe("Live");
  expect(await banner.isVisible()).toBe(false);
  expect(await page.getByRole("table").getAttribute("data-old")).toBe("false");
  await eventually(() => notice(page)).toMatch(/^Connected again\. Quotes of .+ are missing; prices are current\.$/);
  await moves(page);
});

test("a dropped connection comes back by itself", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: "Drop connection" }).click();
  await eventually(() => notice(page)).toContain("Connected again.");
  await moves(page);
});

test("a silent gateway: first there are no quotes, then it counts as lost, then a new connection works", async () => {
  const page = await openPage({ isPaused: true });
  await page.clock.runFor(1000);
  expect(await state(page)).toBe("Live");
  await page.getByRole("button", { name: "Go silent" }).click();
  await page.clock.runFor(6000);
  expect(await state(page)).toMatch(/^No quotes for \d s$/);
  await page.clock.runFor(20_000);
  expect(await state(page)).toBe("Live");
  expect(await notice(page)).toContain("Connected again.");
  await moves(page, () => page.clock.runFor(1000));
});

test("a screen reader hears changes of the connection, and neither quotes nor the countdown", async () => {
  const page = await openPage({ isPaused: true });
  await page.clock.runFor(1000);
  const heard = page.evaluateHandle(() => {
    const texts: string[] = [];
    for (const region of document.querySelectorAll("[role=status]"))
      new MutationObserver(() => texts.push(region.textContent)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    return texts;
  });
  const texts = async () => (await heard).jsonValue();
  await heard;
  await moves(page, () => page.clock.runFor(10_000));
  expect(await texts()).toEqual([]);
  await page.getByRole("button", { name: "Take it down" }).click();
  await page.clock.runFor(20_000);
  expect(await page.locator(".banner").textContent()).toMatch(/attempt [2-9]/);
  expect(await texts()).toEqual(["Connection lost. Prices are no longer current. Trying to connect again."]);
});

test("an answer that comes while there is no connection is not lost: the change waits", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: "Take it down" }).click();
  await eventually(() => state(page)).toBe("Reconnecting");
  await row(page, "Tesla").getByRole("button", { name: "Remove Tesla from this group" }).click();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await eventually(() => symbols(page)).not.toContain("US.TSLA");
});

const KEY = "a key that nobody may see";

/** A gateway of its own, on a real socket. */
class Real {
  readonly opend = new FakeOpenD({ websocketKey: KEY, quoteIntervalMs: 200 });
  server: Listening | undefined;
  get address(): string {
    return this.server?.ws.url ?? "";
  }
}

let real: Real;
beforeAll(async () => {
  real = new Real();
  real.server = await listen(real.opend);
});
afterAll(async () => {
  await real.server?.close();
  real.opend.close();
});

async function fillForm(page: Page, address: string, key: string): Promise<void> {
  await page.getByRole("button", { name: "Connect to OpenD" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to OpenD" });
  await dialog.getByLabel("Address of its WebSocket").fill(address);
  await dialog.getByLabel("Key").fill(key);
  await page.keyboard.press("Enter");
}

test("the form connects to an OpenD by WebSocket; the key is kept nowhere", async () => {
  const page = await openPage();
  await fillForm(page, real.address, KEY);
  await eventually(() => page.locator(".state").textContent()).toBe(`Live${real.address}`);
  expect(await page.getByRole("region", { name: "Demo gateway" }).count()).toBe(0);
  await group(page, "A").click();
  await eventually(() => symbols(page)).toEqual(["HK.HSImain", "HK.00700"]);
  await moves(page);
  const kept = await page.evaluate(
    () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.body.innerHTML,
  );
  expect(kept).toContain(real.address);
  expect(kept).not.toContain(KEY);

  real.opend.disconnect(new Error("cut"));
  await eventually(() => notice(page)).toContain("Connected again.");
  await moves(page);

  await page.getByRole("button", { name: "Connect to OpenD" }).click();
  await page.getByRole("button", { name: "Back to the demo" }).click();
  await eventually(() => page.locator(".state").textContent()).toBe("LiveDemo in this page");
  await eventually(() => real.opend.connections).toBe(0);
});

test("an OpenD that refuses the login later on ends it, which is told with what can be done", async () => {
  const other = new Real();
  other.server = await listen(other.opend);
  const { port } = other.server.ws;
  const page = await openPage();
  await fillForm(page, other.address, KEY);
  await eventually(() => state(page)).toBe("Live");
  await eventually(() => page.locator(".state .where").textContent()).toBe(other.address);
  await other.server.close();
  other.opend.close();

  const opend = new FakeOpenD({ websocketKey: "another key" });
  await using _ = await listen(opend, { wsPort: port });
  await eventually(() => state(page)).toBe("Not connected");
  const banner = page.getByRole("region", { name: "Connection" });
  expect(await banner.textContent()).toMatch(/^Not connected\. .*key/);
  await banner.getByRole("button", { name: "Show the demo" }).click();
  await eventually(() => page.locator(".state").textContent()).toBe("LiveDemo in this page");
  opend.close();
});

test("a wrong key and a wrong address are told with what to do, and the demo goes on", async () => {
  const page = await openPage();
  await fillForm(page, real.address, "wrong");
  const alert = page.getByRole("alert");
  await eventually(() => alert.textContent()).toMatch(/key/i);
  expect(await page.locator(".state .where").textContent()).toBe("Demo in this page");

  const dialog = page.getByRole("dialog", { name: "Connect to OpenD" });
  await dialog.getByLabel("Address of its WebSocket").fill("ws://127.0.0.1:1");
  await page.keyboard.press("Enter");
  await eventually(() => alert.textContent()).toContain("Is OpenD running");
  await dialog.getByLabel("Address of its WebSocket").fill("http://127.0.0.1");
  await page.keyboard.press("Enter");
  await eventually(() => alert.textContent()).toContain("not ws: or wss:");
  await page.keyboard.press("Escape");
  await moves(page);
});

test("groups that cannot be read anew after a reconnect stay as they were", async () => {
  const page = await openPage();
  await fillForm(page, real.address, KEY);
  await eventually(() => page.locator(".state .where").textContent()).toBe(real.address);
  const groups = await page.locator(".groups button").allTextContents();
  real.opend.faults.add({ kind: "reject", protocol: "Qot_GetUserSecurityGroup", retType: -1, retMsg: "not now" });
  real.opend.disconnect(new Error("cut"));
  await eventually(() => notice(page)).toContain("Connected again.");
  expect(await page.locator(".groups button").allTextContents()).toEqual(groups);
});

test("when there are no quotes, the message says so, and not only that there are no curves", async () => {
  const fixture = { ...defaultFixture, gateway: { ...defaultFixture.gateway, subscriptionQuota: 1 } };
  const opend = new FakeOpenD({ fixture });
  await using server = await listen(opend);
  const page = await openPage();
  await fillForm(page, server.ws.url, "");
  await eventually(() => page.locator(".state .where").textContent()).toBe(server.ws.url);
  await eventually(() => notice(page)).toMatch(/^quotes: Qot_Sub .*quota/);
  opend.close();
});
