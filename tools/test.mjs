// Runs every package's tests and ends with one line that adds them up. A package that failed without leaving results, or
// whose results hold a file that did not load, counts as one failed test.
import { globSync, readFileSync, rmSync } from "node:fs";
import { turbo } from "./turbo.mjs";

const results = "{packages,tools,examples}/*/test-results/vitest.json";
const files = () => [...globSync(results), ...globSync("{bench,e2e}/test-results/vitest.json")];

for (const file of files()) rmSync(file);
const exitCode = turbo([
  "typecheck",
  "check:package",
  "test",
  "--continue=always",
  "--output-logs=new-only",
  ...process.argv.slice(3),
]);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of files()) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests + report.numTodoTests;
  for (const suite of report.testResults)
    if (suite.status === "failed" && suite.assertionResults.length === 0) total.failed += 1;
}
if (exitCode !== 0 && total.failed === 0) total.failed = 1;

console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed > 0 ? 1 : exitCode);
