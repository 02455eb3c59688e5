#!/usr/bin/env node
import { inItsWords } from "./explain-error.js";
import { endUnread } from "./interruption.js";
import { runCli } from "./run-cli.js";
import { exitCodes } from "./usage-error.js";

// `baal ... | head` closes our output early: nobody reads on, so what runs ends in order, and there is nothing to report.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exitCode = exitCodes.unread;
    endUnread();
  });
}

// In place of Node's own listener: our warnings in the form of our other messages, those of dependencies for debugging only.
process.removeAllListeners("warning");
process.on("warning", (warning: Error & { readonly code?: string }) => {
  const isOurs = warning.name === "BaalWarning" || warning.code?.startsWith("BAAL_");
  if (isOurs || process.env["BAAL_DEBUG"]) process.stderr.write(`warning: ${inItsWords(warning.message)}\n`);
});

const code = await runCli(process.argv.slice(2));
process.exitCode ??= code;
