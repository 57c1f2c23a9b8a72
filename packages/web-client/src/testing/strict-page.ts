import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BrowserCommandContext } from "vitest/node";

/** The built packages, as an application without a bundler has them. */
const imports = {
  "@tickwire/web-client": "/web-client/dist/index.js",
  "@tickwire/session": "/session/dist/index.js",
  "@tickwire/session/parts": "/session/dist/parts.js",
  "@tickwire/codec": "/codec/dist/index.js",
};
const html = `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`;
const packages = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Opens a page of its own, because the one of the tests takes every certificate. There is no server at its origin: all that
 * the page asks for is answered here.
 * @param origin Such as `https://page.example`.
 * @returns The error of `connect(url)` on that page.
 */
export async function failureOnPage(
  { context }: BrowserCommandContext,
  origin: string,
  url: string,
): Promise<{ code: string; message: string }> {
  const strict = await context.browser()?.newContext();
  if (strict === undefined) throw new Error("the browser is gone");
  try {
    await strict.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill(
        pathname.endsWith(".js")
          ? { contentType: "text/javascript", body: await readFile(packages + pathname, "utf8") }
          : { contentType: "text/html", body: html },
      );
    });
    const page = await strict.newPage();
    await page.goto(origin);
    // As a text, because Vite would rewrite the import.
    return await page.evaluate(
      `import("@tickwire/web-client").then(({ connect }) => connect(${JSON.stringify(url)})).then(
        () => ({ code: "none", message: "it connected" }),
        ({ code, message }) => ({ code, message }),
      )`,
    );
  } finally {
    await strict.close();
  }
}
