// `npm run pictures`: photographs the built page for docs/pictures, at a time of day that gives the curves some length.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import sharp from "sharp";
import { openSite } from "./site.ts";

const folder = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));
const WATCHED_MS = 5000;

interface Picture {
  readonly name: string;
  readonly scheme: "light" | "dark";
  readonly width: number;
  readonly height: number;
  readonly before?: (page: Page) => Promise<void>;
}

const pictures: readonly Picture[] = [
  { name: "page-light", scheme: "light", width: 1280, height: 720 },
  { name: "page-dark", scheme: "dark", width: 1280, height: 720 },
  { name: "page-phone", scheme: "light", width: 390, height: 780 },
  {
    name: "page-reconnecting",
    scheme: "light",
    width: 1280,
    height: 720,
    async before(page) {
      await page.getByRole("button", { name: "Take it down" }).click();
      await page.getByText("attempt 1").waitFor();
      await page.clock.runFor(9000);
      await page.clock.runFor(4000);
    },
  },
];

await using site = await openSite();
for (const { name, scheme, width, height, before } of pictures) {
  const page = await site.browser.newPage({
    viewport: { width, height },
    deviceScaleFactor: 1.5,
    colorScheme: scheme,
    locale: "en-US",
    timezoneId: "Asia/Hong_Kong",
  });
  await page.clock.install({ time: new Date("2026-11-25T10:30:00+08:00") });
  await page.goto(site.url);
  await page.getByRole("row", { name: /Tencent/ }).waitFor();
  await page.clock.runFor(WATCHED_MS);
  await before?.(page);
  const png = await page.screenshot({ animations: "disabled" });
  const file = `${folder}${name}.png`;
  const { size } = await sharp(png).png({ palette: true, colours: 64, dither: 0, effort: 10 }).toFile(file);
  console.log(`${name}.png ${Math.round(size / 1000)} kB`);
  await page.close();
}
