#!/usr/bin/env node
import { inItsWords } from "./explain-error.js";
import { runCli } from "./run-cli.js";

// `baal ... | head` closes our output early: nobody reads on, so there is nothing left to do or to report.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// In place of Node's own listener: our warnings in the form of our other messages, those of dependencies for debugging only.
process.removeAllListeners("warning");
process.on("warning", (warning: Error & { readonly code?: string }) => {
  const isOurs = warning.name === "BaalWarning" || warning.code?.startsWith("BAAL_");
  if (isOurs || process.env["BAAL_DEBUG"]) process.stderr.write(`warning: ${inItsWords(warning.message)}\n`);
});

process.exitCode = await runCli(process.argv.slice(2));
