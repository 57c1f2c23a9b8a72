import { findChromium } from "@tickwire/tooling/vitest";
import { type Browser, chromium } from "playwright";
import { addressOf, serve } from "../serve.ts";

/** The built page on a free port, and a browser for it. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly browser: Browser;
}

export async function openSite(): Promise<Site> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium was found: set TICKWIRE_CHROMIUM");
  const server = await serve(0);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  return {
    url: addressOf(server),
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
    },
  };
}
