import { existsSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../active/labelling/labelling-journal.js";
import { LabellingState } from "../../active/labelling/labelling-state.js";
import { BaalError } from "../../core/errors.js";
import { lockFolder } from "../../system/folder-lock.js";
import type { StudioStore } from "./open-studio-store.js";
import type { Change } from "./records.js";

/** Journal of a `LabellingSession`. */
const JOURNAL = "labels.jsonl";

export interface ImportedAnswers {
  readonly labelled: number;
  /** Items that were left out of the data set. */
  readonly excluded: number;
}

/** Whether a folder is one of a `LabellingSession`. */
export function isLabellingFolder(folder: string): boolean {
  return existsSync(join(folder, JOURNAL));
}

/**
 * Takes over what a `LabellingSession` holds. `items` are the store's items of the session's data set, in its order, `undefined` for one that is
 * not there. Names of labels that are new are added. A second time what is known already changes nothing.
 *
 * Throws `E_LOCKED` while the session is open, `E_CHECKPOINT` for a damaged one, `E_DATA` where the data set had another number of items, or its
 * labels have no names.
 */
export async function importLabelling(
  store: StudioStore,
  folder: string,
  items: readonly (number | undefined)[],
): Promise<ImportedAnswers> {
  const lock = await lockFolder(folder, "lock");
  try {
    const path = join(folder, JOURNAL);
    const { journal, content } = await openJournal(path);
    await journal.close();
    if (content === undefined) return { labelled: 0, excluded: 0 };
    const { header, entries } = content;
    if (header.initial.length !== items.length)
      throw new BaalError(
        "E_DATA",
        `${path} belongs to a data set of ${header.initial.length} items; the data have ${items.length}: give the data that the session was begun with.`,
      );
    if (header.labels === undefined)
      throw new BaalError("E_DATA", `${path} has no names of labels: begin the session with the option labels.`);
    const state = new LabellingState();
    for (const entry of entries) state.apply(entry);
    const classes = header.labels.map((name) => labelNamed(store, name));
    const changes: Change[] = [];
    const counts = { labelled: 0, excluded: 0 };
    for (const [index, answer] of state.answers) {
      const item = items[index];
      if (item === undefined) continue;
      if (answer.type === "skip") {
        counts.excluded++;
        if (!store.flagsOf(item).some(({ flag, value }) => flag === "exclude" && value === 1))
          changes.push({ item, flag: "exclude", value: 1, note: answer.reason });
        continue;
      }
      counts.labelled++;
      changes.push(...newAnswers(store, item, chosen(answer.value, classes)));
    }
    if (changes.length > 0) store.importBatch({ id: `${path} ${entries.length} ${store.seq()}`, user: IMPORT_USER, changes });
    return counts;
  } finally {
    await lock.release();
  }
}

/** Whose answers those are that came with data. */
export const IMPORT_USER = "import";

/** Answers that came with data as changes, none where that is known. */
function newAnswers(store: StudioStore, item: number, classes: readonly number[]): Change[] {
  return store.answerChanges(item, IMPORT_USER, classes);
}

/** The number of a label by its name, one of before as well; a new one is added. */
export function labelNamed(store: StudioStore, name: string): number {
  return (store.labelByName(name) ?? store.addLabel({ name })).id;
}

/** A target, a class index or one value a class, as classes. */
function chosen(value: unknown, classes: readonly number[]): number[] {
  if (typeof value === "number") return [classes[value]!];
  return [...(value as ArrayLike<number> & Iterable<number>)].flatMap((yes, c) => (yes === 1 ? [classes[c]!] : []));
}
