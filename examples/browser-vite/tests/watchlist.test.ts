import { expect, test } from "vitest";
import { eventually, group, notice, openPage, row, symbols } from "./page.ts";

const core = [
  "HK.800000",
  "HK.00700",
  "HK.09988",
  "US.NVDA",
  "US.AAPL",
  "US.TSLA",
  "SH.600519",
  "SZ.300750",
  "US.FUTU",
];

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

test("it opens without a server: groups, names in Chinese, prices that move", async () => {
  const page = await openPage();
  expect(await page.locator(".state").textContent()).toBe("LiveDemo in this page");
  expect(await page.locator(".groups button").allTextContents()).toEqual([
    "Core",
    "HK tech",
    "US mega caps",
    "白马股",
    "All",
    "HK",
    "US",
    "CN",
  ]);
  expect(await group(page, "Core").getAttribute("aria-current")).toBe("true");
  expect(await symbols(page)).toEqual(core);
  expect(await row(page, "贵州茅台").locator("td.name").getAttribute("lang")).toBe("zh");
  const price = row(page, "Tencent").locator(".price");
  const first = await price.textContent();
  expect(first).toMatch(/^\d{3}\.\d\d$/);
  await eventually(() => price.textContent()).not.toBe(first);
  await eventually(() => row(page, "Tencent").locator(".spark path").getAttribute("d")).toContain("L");
});

test("another group is shown by a click", async () => {
  const page = await openPage();
  await group(page, "白马股").click();
  await eventually(() => symbols(page)).toEqual(["SH.600519", "SH.601318", "SZ.000858"]);
  expect(await group(page, "Core").getAttribute("aria-current")).toBeNull();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("白马股 3");
  await row(page, "五粮液").locator(".price").waitFor();
});

test("columns sort up, down, and not at all", async () => {
  const page = await openPage();
  const head = page.getByRole("columnheader", { name: "Symbol" });
  await head.getByRole("button").click();
  expect(await head.getAttribute("aria-sort")).toBe("ascending");
  expect(await symbols(page)).toEqual(core.toSorted(byText));
  await head.getByRole("button").press("Enter");
  expect(await head.getAttribute("aria-sort")).toBe("descending");
  expect(await symbols(page)).toEqual(core.toSorted(byText).reverse());
  await head.getByRole("button").click();
  expect(await head.getAttribute("aria-sort")).toBeNull();
  expect(await symbols(page)).toEqual(core);

  await page.getByRole("button", { name: "Last" }).click();
  const prices = (await page.locator("tbody .price").allTextContents()).map((text) => Number(text.replace(",", "")));
  expect(prices).toHaveLength(core.length);
  expect(prices).toEqual(prices.toSorted((a, b) => b - a));
  expect(await page.getByRole("table").getByRole("caption").textContent()).toBe("Core: 9 securities, sorted by last");
});

test("the filter goes by name and symbol", async () => {
  const page = await openPage();
  const filter = page.getByLabel("Filter this group");
  await filter.fill("宁德");
  expect(await symbols(page)).toEqual(["SZ.300750"]);
  await filter.fill("us.");
  expect(await symbols(page)).toEqual(["US.NVDA", "US.AAPL", "US.TSLA", "US.FUTU"]);
  await filter.fill("nothing");
  expect(await page.locator(".empty").textContent()).toBe("Nothing here matches “nothing”.");
});

test("a security is added by keyboard alone, from what is suggested or by its symbol", async () => {
  const page = await openPage();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("xiao");
  expect(await page.getByRole("option").allTextContents()).toEqual(["Xiaomi-WHK.01810"]);
  await page.keyboard.press("ArrowDown");
  expect(await page.getByRole("combobox").getAttribute("aria-activedescendant")).toBe("suggestion-0");
  await page.keyboard.press("Enter");
  await row(page, "Xiaomi-W").locator(".price").waitFor();
  await eventually(() => notice(page)).toBe("Added Xiaomi-W to Core.");
  expect(await page.getByRole("combobox").inputValue()).toBe("");

  await page.keyboard.type("5");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await eventually(() => notice(page)).toBe("Added HSBC Holdings to Core.");
  await row(page, "HSBC").locator(".price").waitFor();
  expect(await symbols(page)).toHaveLength(core.length + 2);
});

test("what cannot be added is told, and stays in the field", async () => {
  const page = await openPage();
  const field = page.getByRole("combobox");
  await field.fill("ZZZZ");
  await field.press("Enter");
  await eventually(() => notice(page)).toContain("ZZZZ");
  expect(await field.inputValue()).toBe("ZZZZ");
  await field.fill("700.XX");
  await field.press("Enter");
  await eventually(() => notice(page)).toContain("is not a symbol");
  await group(page, "All").click();
  await eventually(() => page.getByRole("combobox").isDisabled()).toBe(true);
});

test("rows are gone through, removed and brought back by keyboard, and the focus is never lost", async () => {
  const page = await openPage();
  await row(page, "Hang Seng Index").getByRole("button").first().focus();
  await page.keyboard.press("ArrowDown");
  const focused = () => page.evaluate(() => document.activeElement?.querySelector(".code")?.textContent);
  expect(await focused()).toBe("HK.00700");
  await page.keyboard.press("Delete");
  await eventually(() => symbols(page)).not.toContain("HK.00700");
  await eventually(focused).toBe("HK.09988");
  expect(await notice(page)).toBe("Removed Tencent from Core.");
  await page.keyboard.press("Control+z");
  await eventually(() => notice(page)).toBe("Tencent is back in Core, at its end.");
  await eventually(() => symbols(page)).toEqual([...core.filter((symbol) => symbol !== "HK.00700"), "HK.00700"]);
});

test("a security is moved by the menu, with keys", async () => {
  const page = await openPage();
  await row(page, "Futu").getByRole("button").first().focus();
  await page.keyboard.press("m");
  const items = page.getByRole("menu", { name: "Move to" }).getByRole("menuitem");
  await eventually(() => items.allTextContents()).toEqual([
    "HK tech",
    "US mega caps",
    "白马股",
    "Delete from every group…",
  ]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await eventually(() => notice(page)).toBe("Moved Futu Holdings to US mega caps.");
  await eventually(() => symbols(page)).not.toContain("US.FUTU");
  await group(page, "US mega caps").click();
  await eventually(() => symbols(page)).toContain("US.FUTU");
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(() => symbols(page)).not.toContain("US.FUTU");
});

test("a security is dragged into another group, and out of a group of the broker's it is copied", async () => {
  const page = await openPage();
  await row(page, "NVIDIA").dragTo(group(page, "HK tech"));
  await eventually(() => notice(page)).toBe("Moved NVIDIA to HK tech.");
  await eventually(() => symbols(page)).not.toContain("US.NVDA");
  await group(page, "CN").click();
  await row(page, "比亚迪").dragTo(group(page, "白马股"));
  await eventually(() => notice(page)).toBe("Added 比亚迪 to 白马股.");
  expect(await symbols(page)).toContain("SZ.002594");
  await group(page, "白马股").click();
  await eventually(() => symbols(page)).toContain("SZ.002594");
});

test("a pointer removes a row, and asks before it deletes one from every group", async () => {
  const page = await openPage();
  await row(page, "Tesla").getByRole("button", { name: "Remove Tesla from this group" }).click();
  await eventually(() => symbols(page)).not.toContain("US.TSLA");

  const erase = async (answer: string) => {
    await row(page, "Apple").getByRole("button", { name: "Move Apple to another group" }).click();
    await page.getByRole("menuitem", { name: "Delete from every group…" }).click();
    await page.getByRole("alertdialog", { name: "Delete Apple?" }).getByRole("button", { name: answer }).click();
  };
  await erase("Cancel");
  expect(await symbols(page)).toContain("US.AAPL");
  await erase("Delete from every group");
  await eventually(() => symbols(page)).not.toContain("US.AAPL");
  await group(page, "All").click();
  await eventually(() => symbols(page)).toContain("US.TSLA");
  expect(await symbols(page)).not.toContain("US.AAPL");
});

test("the details have the broker's 64-bit id, exact", async () => {
  const page = await openPage();
  await row(page, "贵州茅台").getByRole("button").first().press("Enter");
  const dialog = page.getByRole("dialog", { name: "贵州茅台" });
  const fact = (term: string) => dialog.locator(".facts > div").filter({ hasText: term }).locator("dd").textContent();
  expect(await fact("Broker’s id")).toBe("9007199254740993");
  expect(await fact("Lot size")).toBe("100");
  await page.keyboard.press("Escape");
  expect(await dialog.isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.querySelector(".code")?.textContent)).toBe("SH.600519");
});

test("undo that is pressed twice is done once", async () => {
  const page = await openPage();
  await row(page, "Tesla").getByRole("button", { name: "Remove Tesla from this group" }).click();
  const undo = page.getByRole("button", { name: "Undo" });
  await undo.waitFor();
  await undo.evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await eventually(() => notice(page)).toBe("Tesla is back in Core, at its end.");
  await page.getByRole("button", { name: "Close this message" }).click();
  expect(await page.evaluate(() => document.activeElement?.querySelector(".code")?.textContent)).toBe("HK.800000");
});

test("a message that is closed over an empty group leaves the focus where something can be added", async () => {
  const page = await openPage();
  await group(page, "白马股").click();
  for (const name of ["贵州茅台", "中国平安", "五粮液"]) {
    await row(page, name)
      .getByRole("button", { name: `Remove ${name} from this group` })
      .click();
    await eventually(() => row(page, name).count()).toBe(0);
  }
  await page.getByRole("button", { name: "Close this message" }).click();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("combobox");
});

test("groups are switched faster than they are read, and the last one stays", async () => {
  const page = await openPage();
  await page.evaluate(() => {
    const buttons = [...document.querySelectorAll<HTMLElement>(".groups button")];
    for (const name of ["HK tech", "US", "Core", "All", "白马股"])
      buttons.find((each) => each.textContent === name)?.click();
  });
  await eventually(() => symbols(page)).toEqual(["SH.600519", "SH.601318", "SZ.000858"]);
  await row(page, "五粮液").locator(".spark path").waitFor();
  expect(await page.locator(".notice").count()).toBe(0);
});
