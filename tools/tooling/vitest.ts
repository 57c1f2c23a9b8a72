import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";

/** Each package writes its results where `tools/test.mjs` adds them up; turbo keeps the file with its cache. */
export const reporters: ["default", ["json", { outputFile: string }]] = [
  "default",
  ["json", { outputFile: "test-results/vitest.json" }],
];

/** How long a test may take on a busy machine, in milliseconds; how long it takes says nothing. */
export const timeouts: { testTimeout: number; hookTimeout: number } = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Where the `browser` task unpacks the Chromium that comes in an npm tarball. */
const unpacked = fileURLToPath(new URL(".chromium/chromium", import.meta.url));

/** For Chromiums that root starts, where no GPU is. */
export const chromiumArgs: string[] = ["--no-sandbox", "--disable-gpu"];

/** The Chromium to test in: the one that the environment names, Debian's, or the unpacked one. */
export function findChromium(): string | undefined {
  const candidates = [process.env["TICKWIRE_CHROMIUM"], unpacked, "/usr/bin/chromium"];
  return candidates.find((path) => path !== undefined && path !== "" && existsSync(path));
}

/** A vitest project that runs the given tests in headless Chromium; none, and a line that says so, where there is none. */
export function chromiumProject(
  test: NonNullable<TestProjectInlineConfiguration["test"]>,
): TestProjectInlineConfiguration[] {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.stderr.write("skipped: the Chromium tests, because no Chromium was found (set TICKWIRE_CHROMIUM)\n");
    return [];
  }
  const provider = playwright({ launchOptions: { executablePath, args: chromiumArgs } });
  return [
    {
      test: {
        name: "chromium",
        ...timeouts,
        ...test,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          instances: [{ browser: "chromium", provider }],
          ...test.browser,
        },
      },
    },
  ];
}
