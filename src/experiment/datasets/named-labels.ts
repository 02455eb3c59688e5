import { BaalError } from "../../core/errors.js";
import type { HubDataset } from "../../data/hub/load-hub-dataset.js";
import type { Row } from "../../data/rows/row.js";

/** Rows of a hub data set, whose label column holds class numbers, with the classes' names in it: as local files have them. */
export function namedLabels({ rows, labels }: Pick<HubDataset, "rows" | "labels">, column: string, repo: string): readonly Row[] {
  const names = labels.get(column);
  if (names === undefined) throw new BaalError("E_DATA", `${repo} has no names for its column "${column}".`);
  return rows.map((row) => ({ ...row, [column]: names[Number(row[column])] }));
}
