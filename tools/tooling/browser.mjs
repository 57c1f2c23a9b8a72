// Unpacks the Chromium that comes inside an npm tarball to .chromium/. One task does it before the tests, because two
// processes that unpack at once leave a truncated file. A machine that it does not fit (not Linux x64) goes without.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".chromium", import.meta.url));
const target = `${folder}/chromium`;

if (!process.env.TICKWIRE_CHROMIUM && !existsSync(target) && process.platform === "linux" && process.arch === "x64") {
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  const { default: chromium } = await import("@sparticuz/chromium");
  const path = await chromium.executablePath();
  if (path !== target) renameSync(path, target);
  console.log(`unpacked ${target}`);
}
