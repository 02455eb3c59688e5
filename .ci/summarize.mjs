import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Prints the last line of a CI run, and fails it when tests that need the shared folder were skipped although it is there.
const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const shared = process.env.BAALJS_SHARED ?? join(process.cwd(), "..", "shared");
const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
const skipped = tests.filter(
  ({ status, fullName }) => status !== "passed" && status !== "failed" && fullName.includes("no shared folder"),
);
if (existsSync(shared) && skipped.length > 0) {
  console.error(
    `The shared folder ${shared} is there, and yet skipped:\n${skipped.map(({ fullName }) => `  ${fullName}`).join("\n")}`,
  );
  process.exitCode = 1;
}
// A file that fails to load has no tests of its own to count.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
).length;
if (report.numPassedTests === 0 || report.numFailedTests + broken > 0) process.exitCode = 1;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests + broken} failed`);
