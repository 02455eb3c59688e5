import { writeRows } from "../data/rows/write-rows.js";
import { answerRows } from "../studio/store/answer-rows.js";
import type { StudioStore } from "../studio/store/open-studio-store.js";
import type { CommandContext } from "./base-command.js";
import { withStandardOutput } from "./standard-streams.js";

export interface ExportOptions {
  readonly context: CommandContext;
  /** Items that are exported, in their order. */
  readonly items: readonly number[];
  readonly textColumn: string;
  /** A template that has made the texts of other columns, so that they have none of their own. */
  readonly text?: string | undefined;
  readonly labelColumn: string;
  readonly imageColumn?: string | undefined;
  readonly labelSeparator?: string | undefined;
}

/** Writes what is labelled: whole, or not at all. */
export async function exportAnswers(store: StudioStore, output: string, options: ExportOptions): Promise<void> {
  await withStandardOutput({ output }, options.context, async ({ output: path }, context) => {
    const all = answerRows(store, options, /\.csv$/i.test(path) ? "text" : "list");
    const rows = all.flatMap(({ row, labels }) => (labels === undefined ? [] : [row]));
    const conflicts = all.filter(({ isConflict }) => isConflict).length;
    const columns = [...new Set([...all.flatMap(({ row }) => Object.keys(row))])];
    await writeRows(path, rows, columns);
    if (conflicts > 0) context.output.warn(`left out, since annotators disagree: ${conflicts}`);
    context.output.result(`exported ${rows.length} labelled items of ${all.length} to ${path}`, {
      output: path,
      rows: rows.length,
      items: all.length,
      conflicts,
    });
  });
}
