import type { Row } from "../../../data/rows/row.js";
import type { Desk } from "../desk.js";

/** Columns of a patchwork table that are no classes. */
export const PATCHWORK_COLUMNS: readonly string[] = ["filepath", "exclude", "validation", "viewpath", "subset"];

/** Whether rows with these columns are a patchwork table. */
export function isPatchwork(columns: readonly string[]): boolean {
  return ["filepath", "exclude", "validation"].every((name) => columns.includes(name));
}

/** A cell of a class: `undefined` where it is not known, `"wrong"` where it is neither 0 nor 1. */
export function classCell(text: unknown): 0 | 1 | undefined | "wrong" {
  const said = String(text ?? "")
    .trim()
    .toLowerCase();
  if (said === "" || said === "nan") return undefined;
  const number = Number(said);
  return number === 0 || number === 1 ? number : "wrong";
}

/** A cell that says yes or no. */
export function flagCell(text: unknown): boolean {
  return /^(true|1|1\.0)$/i.test(String(text ?? "").trim());
}

/**
 * The project as a patchwork table: `filepath`, `exclude`, `validation` and a column per class with 1, 0 or nothing, where the columns of the data
 * stay as and where they were. What nobody has touched is written as it was read.
 */
export function patchworkRows(desk: Desk): { readonly rows: readonly Row[]; readonly columns: readonly string[] } {
  const { store, states } = desk;
  const labels = store.liveLabels();
  const isSingle = store.project()?.task === "single";
  const own = [...states.all()].map(({ item }) => item.fields);
  const known = [...new Set(own.flatMap((fields) => (isPatchwork(Object.keys(fields)) ? Object.keys(fields) : [])))];
  const missing = ["filepath", "exclude", "validation", ...labels.map(({ name }) => name)].filter(
    (name) => !known.includes(name),
  );
  const hasSubset = !known.includes("subset") && states.subsets().length > 0;
  const columns = [...known, ...missing, ...(hasSubset ? ["subset"] : [])];
  const rows = [...states.all()].map(({ item, known: { resolved }, isExcluded, isValidation }): Row => {
    const { fields } = item;
    const flag = (name: string, value: boolean) =>
      fields[name] !== undefined && flagCell(fields[name]) === value ? fields[name] : value ? "True" : "False";
    const row: Record<string, unknown> = { ...(isPatchwork(Object.keys(fields)) ? fields : { filepath: item.content }) };
    row["exclude"] = flag("exclude", isExcluded);
    row["validation"] = flag("validation", isValidation);
    if (item.subset !== undefined) row["subset"] = item.subset;
    for (const { id, name } of labels) {
      const value = resolved?.get(id) ?? (isSingle && resolved ? 0 : undefined);
      const before = fields[name];
      if (before === undefined || classCell(before) !== value) row[name] = value === undefined ? "" : `${value}.0`;
    }
    return row;
  });
  return { rows, columns };
}
