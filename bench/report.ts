import type { Row } from "./measurement.js";

const header = ["what", "ours", "compared with", "ratio", "target", "met?"];

/** The rows as one aligned table, their notes below it. */
export function formatReport(rows: readonly Row[]): string {
  const notes: string[] = [];
  const cells = rows.map((row) => {
    const marks = (row.notes ?? []).map((note) => {
      if (!notes.includes(note)) notes.push(note);
      return `[${notes.indexOf(note) + 1}]`;
    });
    return [
      [row.what, ...marks].join(" "),
      row.ours,
      row.comparedWith,
      row.ratio === undefined ? "-" : row.ratio.toFixed(2),
      row.target,
      row.met === undefined ? "-" : row.met ? "yes" : row.failed ? "FAILED" : "no",
    ];
  });
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  const table = [line(header), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)];
  return [...table, "", ...notes.map((note, i) => `[${i + 1}] ${note}`)].join("\n");
}
