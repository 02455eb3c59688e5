import { BaalError, errorMessage } from "../core/errors.js";
import { createProgress, type Progress, silentProgress } from "./progress.js";
import { UsageError } from "./usage-error.js";

/** How a command talks: results to stdout, everything else to stderr. */
export interface Output {
  /** What is going on; not with `--quiet` or `--json`. */
  note(text: string): void;
  /** What the user should know whatever the options. */
  warn(text: string): void;
  /** The outcome, once: as text, or with `--json` as one JSON object on one line. */
  result(text: string, data: Readonly<Record<string, unknown>>): void;
  /** With `--json`, what went wrong in place of the outcome; nothing behind an outcome, and nothing otherwise: the message goes to stderr by itself. */
  error(data: ErrorData): void;
  /** Without a total the display counts. */
  progress(title: string, total: number | undefined): Progress;
}

/** An error as `--json` shows it. */
export interface ErrorData {
  /** Of a `BaalError`, or `E_USAGE`, `E_INTERRUPTED`, `E_UNEXPECTED`. */
  readonly code: string;
  readonly message: string;
}

/** The code and message of anything thrown. */
export function errorData(error: unknown): ErrorData {
  const message = errorMessage(error);
  if (error instanceof BaalError) return { code: error.code, message };
  return { code: error instanceof UsageError ? "E_USAGE" : "E_UNEXPECTED", message };
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Puts remarks and warnings into the command's own words. */
  readonly words?: (text: string) => string;
}

/** Output for the options `--json` and `--quiet`. */
export function createOutput({ json = false, quiet = false, words = (text) => text }: OutputOptions): Output {
  const silent = json || quiet;
  let hasResult = false;
  const toStderr = (text: string) => process.stderr.write(`${text}\n`);
  return {
    note(text) {
      if (!silent) toStderr(words(text));
    },
    warn(text) {
      toStderr(`warning: ${words(text)}`);
    },
    result(text, data) {
      hasResult = true;
      process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
    },
    error(data) {
      if (json && !hasResult) process.stdout.write(`${JSON.stringify({ error: data })}\n`);
    },
    progress: (title, total) => (silent ? silentProgress : createProgress(title, total, process.stderr)),
  };
}

/** Rows of cells as lines, right-aligned in columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")}`).join("\n");
}
