import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, afterEach, expect } from "vitest";
import { openSite, type Site } from "./site.ts";

let site: Site | undefined;
const open: { readonly page: Page; readonly thrown: Error[] }[] = [];

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
});

/** After each test: nothing was thrown in a page, and nothing was tried that its policy forbids. */
afterEach(async () => {
  for (const { page, thrown } of open.splice(0)) {
    const violations = await takeViolations(page);
    await page.close();
    expect({ thrown, violations }).toEqual({ thrown: [], violations: [] });
  }
});

/** What the page's policy has forbidden so far; who takes it has looked at it. */
export const takeViolations = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations.splice(0));

interface Opening extends BrowserContextOptions {
  /** Time then stands still in the page, and is moved by `page.clock.runFor`. */
  readonly isPaused?: boolean;
}

/** Opens the page in a fresh profile, and waits until its demo is live. */
export async function openPage({ isPaused = false, ...options }: Opening = {}): Promise<Page> {
  site ??= await openSite();
  const page = await site.browser.newPage({ locale: "en-US", viewport: { width: 1280, height: 800 }, ...options });
  const thrown: Error[] = [];
  open.push({ page, thrown });
  page.on("pageerror", (error) => thrown.push(error));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      violations.push(`${violatedDirective}: ${blockedURI}`);
    });
  });
  if (isPaused) await page.clock.install({ time: 0 });
  await page.goto(site.url);
  await row(page, "Tencent").locator(".price").waitFor();
  if (isPaused) await page.clock.pauseAt(3_600_000);
  return page;
}

export const row = (page: Page, name: string) => page.locator("tbody tr").filter({ hasText: name });

export const group = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Groups" }).getByRole("button", { name, exact: true });

/** The symbols of the rows, from the top. */
export const symbols = (page: Page) => page.locator("tbody .code").allTextContents();

export const notice = (page: Page) => page.locator(".notice p").textContent();

/** How long to wait for what a page shows; how long it takes says nothing. */
const PATIENCE_MS = 30_000;

/** Waits until the page shows it. */
export const eventually: typeof expect.poll = (read, options) =>
  expect.poll(read, { timeout: PATIENCE_MS, ...options });
