import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.js";

/** Where the union of the codes stands. */
const SOURCE = "src/core/errors.ts";

/** A code, with what its comment says. */
export interface ErrorCodeEntry {
  readonly code: string;
  readonly meaning: string;
}

/** The codes of a `BaalError` in their order. Throws where a code has no comment: the page would not say what it means. */
export function errorCodes(source = readFileSync(join(root, SOURCE), "utf8")): ErrorCodeEntry[] {
  const union = /export type ErrorCode =([\s\S]*?);\s*(?:\/\/[^\n]*)?\n\n/.exec(source)?.[0];
  if (union === undefined) throw new Error(`${SOURCE} has no union "ErrorCode" to make the page of error codes from.`);
  const entries = Array.from(union.matchAll(/"(E_[A-Z_]+)";?[ \t]*(?:\/\/[ \t]*([^\n]*))?/g), ([, code = "", meaning = ""]) => ({
    code,
    meaning: meaning.trim(),
  }));
  const bare = entries.filter(({ meaning }) => meaning === "").map(({ code }) => code);
  if (bare.length > 0) throw new Error(`${SOURCE}: ${bare.join(", ")} need a comment that says what they mean.`);
  return entries;
}

/** The page of error codes. */
export function errorCodesPage(entries = errorCodes()): string {
  return [
    "# Error codes",
    "",
    "The library throws one class, `BaalError`. Its message says what was expected, what came and what to do; its `code` is for programs, and never changes its meaning.",
    "`cause` holds what was thrown below it. The command line prints the message and ends with exit code 1; with `--verbose` it shows where the error came from.",
    "",
    "```ts",
    'import { BaalError, bald, predictions } from "baaljs";',
    "",
    "try {",
    '  bald().score(predictions("logits", [1, 2, 2], new Float32Array([0, Number.NaN, 1, 1]), [7]));',
    "} catch (error) {",
    '  if (error instanceof BaalError && error.code === "E_NOT_FINITE") console.log(error.message); // names item 7',
    "  else throw error;",
    "}",
    "```",
    "",
    "| code | when |",
    "| --- | --- |",
    ...entries.map(({ code, meaning }) => `| \`${code}\` | ${meaning} |`),
    "",
  ].join("\n");
}
