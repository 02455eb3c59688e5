// Prints "N passed, N failed" from vitest's JSON report. Fails when a test failed, when none ran, and when the shared folder is
// there but a test that needs it did not run.
import { existsSync, readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
const count = (status) => tests.filter((test) => test.status === status).length;
// A file that cannot be loaded fails without any test of its own.
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);

const hasShared = existsSync(process.env["BAALJS_SHARED"] ?? "../shared");
const missed = tests.filter(({ status, fullName }) => !["passed", "failed"].includes(status) && /shared folder/.test(fullName));
if (hasShared) for (const { fullName } of missed) console.log(`FAILED: not run although the shared folder is there: ${fullName}`);
for (const { name } of brokenFiles) console.log(`FAILED: could not be loaded: ${name}`);

const passed = count("passed");
const failed = count("failed") + brokenFiles.length + (hasShared ? missed.length : 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
