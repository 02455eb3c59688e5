// Prints "N passed, N failed" from vitest's JSON report. Fails when a test failed, when none ran, and when the shared folder or the real
// weights are there but a test that needs them did not run.
import { existsSync, readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
const count = (status) => tests.filter((test) => test.status === status).length;
// A file that cannot be loaded fails without any test of its own.
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);

const needs = [
  { what: "the shared folder is", isThere: existsSync(process.env["BAALJS_SHARED"] ?? "../shared"), named: /shared folder/ },
  { what: "the real weights are", isThere: process.env["BAALJS_WEIGHTS"] !== undefined, named: /BAALJS_WEIGHTS/ },
  { what: "Label Studio is", isThere: process.env["BAALJS_LABEL_STUDIO"] !== undefined, named: /BAALJS_LABEL_STUDIO/ },
];
const didNotRun = tests.filter(({ status }) => !["passed", "failed"].includes(status));
const missed = needs
  .filter(({ isThere }) => isThere)
  .flatMap(({ what, named }) =>
    didNotRun.filter(({ fullName }) => named.test(fullName)).map(({ fullName }) => ({ what, fullName })),
  );
for (const { what, fullName } of missed) console.log(`FAILED: not run although ${what} there: ${fullName}`);
for (const { name } of brokenFiles) console.log(`FAILED: could not be loaded: ${name}`);

const passed = count("passed");
const failed = count("failed") + brokenFiles.length + missed.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
