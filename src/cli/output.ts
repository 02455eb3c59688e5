import { createProgress, type Progress, silentProgress } from "./progress.js";

/** How a command talks: results to stdout, everything else to stderr. */
export interface Output {
  /** What is going on; not with `--quiet` or `--json`. */
  note(text: string): void;
  /** What the user should know whatever the options. */
  warn(text: string): void;
  /** The outcome, once: as text, or with `--json` as one JSON object on one line. */
  result(text: string, data: Readonly<Record<string, unknown>>): void;
  /** Without a total the display counts. */
  progress(title: string, total: number | undefined): Progress;
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Output for the options `--json` and `--quiet`. */
export function createOutput({ json = false, quiet = false }: OutputOptions): Output {
  const silent = json || quiet;
  const toStderr = (text: string) => process.stderr.write(`${text}\n`);
  return {
    note(text) {
      if (!silent) toStderr(text);
    },
    warn(text) {
      toStderr(`warning: ${text}`);
    },
    result(text, data) {
      process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
    },
    progress: (title, total) => (silent ? silentProgress : createProgress(title, total, process.stderr)),
  };
}

/** Rows of cells as lines, right-aligned in columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")}`).join("\n");
}
