import axe from "axe-core";
import type { Page } from "playwright";
import { describe, expect, test } from "vitest";
import { eventually, openPage, row, takeViolations } from "./page.ts";

/** What axe finds against WCAG 2.2 AA and its own good practice, as lines. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

describe.each(["light", "dark"] as const)("axe finds nothing, %s:", (colorScheme) => {
  test("the page, the menu and the suggestions", async () => {
    const page = await openPage({ colorScheme });
    expect(await findings(page)).toEqual([]);
    await page.getByRole("combobox").fill("a");
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await row(page, "Tencent").getByRole("button", { name: "Move Tencent to another group" }).click();
    expect(await findings(page)).toEqual([]);
  });

  test("the dialogs", async () => {
    const page = await openPage({ colorScheme });
    await row(page, "Tencent").getByRole("button").first().click();
    await page.getByRole("dialog", { name: "Tencent" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Connect to OpenD" }).click();
    await page.getByRole("dialog", { name: "Connect to OpenD" }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test("without a connection, red for rising, on a phone", async () => {
    const page = await openPage({ colorScheme, viewport: { width: 390, height: 780 } });
    await page.getByRole("button", { name: "Red for rising prices" }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Take it down" }).click();
    await page.locator(".banner").waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = "rgb(244, 245, 247)";
const DARK = "rgb(14, 16, 19)";

test("colours are the system's until somebody chooses, which is remembered", async () => {
  const page = await openPage({ colorScheme: "dark" });
  expect(await ground(page)).toBe(DARK);
  await page.getByRole("button", { name: "Colours: as the system" }).click();
  expect(await ground(page)).toBe(LIGHT);
  await page.reload();
  await page.getByRole("button", { name: "Colours: light" }).click();
  expect(await ground(page)).toBe(DARK);
});

test("rising is green, or red where people are used to it, and never told by colour alone", async () => {
  const page = await openPage({ colorScheme: "light" });
  const pill = row(page, "Alibaba").locator(".pill");
  const colour = () => pill.evaluate((element) => getComputedStyle(element).color);
  expect(await pill.textContent()).toMatch(/^▲\+\d\.\d\d%$/);
  expect(await colour()).toBe("rgb(10, 122, 69)");
  const button = page.getByRole("button", { name: "Red for rising prices" });
  await button.click();
  expect(await button.getAttribute("aria-pressed")).toBe("true");
  expect(await colour()).toBe("rgb(196, 40, 28)");

  const chinese = await openPage({ locale: "zh-CN", colorScheme: "light" });
  expect(await chinese.getByRole("button", { name: "Red for rising prices" }).getAttribute("aria-pressed")).toBe(
    "true",
  );
});

test("prices flash, unless people want less motion", async () => {
  for (const [reducedMotion, animations] of [
    ["no-preference", ["rise", "fall"]],
    ["reduce", ["none"]],
  ] as const) {
    const page = await openPage({ reducedMotion });
    const moved = page.locator('.price:is([data-move="1"], [data-move="-1"])').first();
    await moved.waitFor();
    expect(animations).toContain(await moved.evaluate((element) => getComputedStyle(element).animationName));
  }
});

test("a phone shows it without scrolling sideways, and its rows do all that a desk's do", async () => {
  const page = await openPage({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(360);
  await row(page, "Tesla").getByRole("button").first().tap();
  const dialog = page.getByRole("dialog", { name: "Tesla" });
  expect(await width()).toBe(360);
  await dialog.getByLabel("Move to").selectOption("US mega caps");
  await dialog.getByRole("button", { name: "Move", exact: true }).tap();
  await eventually(() => row(page, "Tesla").count()).toBe(0);
  await row(page, "Apple").getByRole("button").first().tap();
  await page.getByRole("button", { name: "Remove from Core" }).tap();
  await eventually(() => row(page, "Apple").count()).toBe(0);
  await row(page, "NVIDIA").getByRole("button").first().tap();
  await page.getByRole("button", { name: "Delete…" }).tap();
  await page.getByRole("button", { name: "Delete from every group" }).tap();
  await eventually(() => row(page, "NVIDIA").count()).toBe(0);
  await page.getByRole("button", { name: "Close this message" }).tap();
  await page.getByRole("button", { name: "Take it down" }).tap();
  await page.locator(".banner").waitFor();
  expect(await width()).toBe(360);
});

test("the page's policy is in force: what is evaluated, or inline, does not run", async () => {
  const page = await openPage();
  const tried = await page.evaluate(async () => {
    // What a debugger runs may evaluate; a task of the page's own may not.
    await new Promise((resolve) => setTimeout(resolve));
    const attempts = [
      () => Reflect.construct(Function, ["return 1"]),
      () => Object.assign(document.createElement("script"), { textContent: "1" }),
      () => Object.assign(document.body, { innerHTML: "<p>" }),
    ];
    return attempts.map((attempt) => {
      try {
        return attempt() && "ran";
      } catch (error) {
        return (error as Error).name;
      }
    });
  });
  expect(tried).toEqual(["EvalError", "TypeError", "TypeError"]);
  expect(await takeViolations(page)).toHaveLength(3);
});

test("the keyboard's focus can be seen", async () => {
  const page = await openPage();
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
  expect(outline).toBe("solid");
});

test("with colours of the system only, what is chosen can be told from the rest", async () => {
  const page = await openPage({ forcedColors: "active" });
  const groundOf = (name: string) =>
    page.getByRole("button", { name, exact: true }).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await groundOf("Core")).not.toBe(await groundOf("HK tech"));
  await page.getByRole("combobox").fill("a");
  await page.keyboard.press("ArrowDown");
  const [chosen, next] = await page
    .getByRole("option")
    .evaluateAll((options) => options.map((option) => getComputedStyle(option).backgroundColor));
  expect(chosen).not.toBe(next);
  expect(await findings(page)).toEqual([]);
});
