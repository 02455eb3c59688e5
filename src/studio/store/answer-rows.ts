import type { Row } from "../../data/rows/row.js";
import type { StudioStore } from "./open-studio-store.js";

/** What the columns of data are called, and what stands between several labels of an item. */
export interface AnswerColumns {
  readonly textColumn: string;
  /** A template that has made the texts of other columns, so that they have none of their own. */
  readonly text?: string | undefined;
  readonly labelColumn: string;
  readonly imageColumn?: string | undefined;
  readonly labelSeparator?: string | undefined;
}

/** What a labelling project holds of an item, as a row: the columns that it came with, and its label as it is now. */
export interface AnswerRow {
  readonly row: Row;
  /** Names of the labels; `undefined` for an item without an answer. */
  readonly labels: readonly string[] | undefined;
  readonly isConflict: boolean;
}

/** The items of a project as rows. Items that were left out of the data are not among them. */
export function answerRows(
  store: StudioStore,
  {
    items: wanted,
    textColumn,
    labelColumn,
    text,
    imageColumn = "image",
    labelSeparator = "|",
  }: AnswerColumns & { readonly items?: readonly number[] | undefined },
  form: "text" | "list",
): AnswerRow[] {
  const answers = store.answers();
  const excluded = new Set(store.flags().flatMap(({ item, flag, value }) => (flag === "exclude" && value === 1 ? [item] : [])));
  const project = store.project();
  const names = new Map(store.labels().map(({ id, name }) => [id, name]));
  const column = project?.kind === "image" ? imageColumn : textColumn;
  const byId = new Map(store.items().map((item) => [item.id, item]));
  return (wanted ?? [...byId.keys()]).flatMap((id) => {
    const item = byId.get(id);
    if (!item || excluded.has(id)) return [];
    const { resolved, isConflict = false } = answers.get(id) ?? {};
    const labels = resolved && [...resolved].flatMap(([label, value]) => (value === 1 ? [names.get(label)!] : []));
    const several = labels && (form === "text" ? labels.join(labelSeparator) || labelSeparator : [...labels]);
    const value = labels === undefined ? null : project?.task === "multi" ? several : labels[0];
    const own = column === text ? {} : { [column]: item.content };
    return [{ row: { ...own, ...item.fields, [labelColumn]: value }, labels, isConflict }];
  });
}
