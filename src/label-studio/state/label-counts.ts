import type { StateDatabase } from "../../system/state-database.js";

/** How often a label was chosen for a control, in a part of the annotations. */
export interface LabelCount {
  readonly control: string;
  readonly label: string;
  readonly annotations: number;
}

/** A part of a project's annotations, counted. */
export interface CountedPage {
  readonly counts: readonly LabelCount[];
  readonly skipped: number;
  /** The highest number among them, which the next part begins after; `undefined` where there were none. */
  readonly last: number | undefined;
}

export interface LabelCountTable {
  /** Counts the labels of the next `limit` annotations above the number `after`: a part at a time, so that the server answers in between. */
  labelCounts(projectId: number, after: number, limit: number): CountedPage;
  /** Which of these tasks have an annotation. */
  annotatedTasks(projectId: number, taskIds: readonly number[]): ReadonlySet<number>;
}

const page = `SELECT id, result, was_cancelled FROM annotations WHERE project_id = ? AND id > ? ORDER BY id LIMIT ?`;
/** Of a region, whatever else a result holds. */
const listOf = (name: string) =>
  `WHEN json_type(region.value, '$.value.${name}') = 'array' THEN json_extract(region.value, '$.value.${name}')`;
/** A rating as a label. Numbers of other controls may all differ: they are not counted. */
const rating =
  "WHEN json_type(region.value, '$.value.rating') IN ('integer', 'real') THEN json_array(printf('%g', json_extract(region.value, '$.value.rating')))";
const chosenIn = `CASE WHEN region.type <> 'object' THEN '[]' ${listOf("choices")} ${listOf("taxonomy")} ${rating} ELSE '[]' END`;
// Nested choices are lists, from the topmost down, and named as `pathLabel` names them.
const countLabels = `
  SELECT json_extract(region.value, '$.from_name') AS control,
    CASE chosen.type WHEN 'array' THEN (SELECT group_concat(name.value, ' / ') FROM json_each(chosen.value) AS name) ELSE chosen.value END AS label,
    count(*) AS annotations
  FROM (${page}) AS some, json_each(some.result) AS region, json_each(${chosenIn}) AS chosen
  WHERE some.was_cancelled = 0
  GROUP BY 1, 2`;
const countPage = `SELECT max(id) AS last, ifnull(sum(was_cancelled), 0) AS skipped FROM (${page})`;
const annotated = "SELECT DISTINCT task_id FROM annotations WHERE project_id = ? AND task_id IN (SELECT value FROM json_each(?))";

export function labelCountTable(database: StateDatabase): LabelCountTable {
  return {
    labelCounts(projectId, after, limit) {
      const rows = database.all<LabelCount>(countLabels, projectId, after, limit);
      const { last, skipped } = database.one<{ last: number | null; skipped: number }>(countPage, projectId, after, limit)!;
      const counts = rows.filter(({ control, label }) => typeof control === "string" && typeof label === "string");
      return { counts, skipped, last: last ?? undefined };
    },
    annotatedTasks(projectId, taskIds) {
      const rows = database.all<{ task_id: number }>(annotated, projectId, JSON.stringify(taskIds));
      return new Set(rows.map(({ task_id }) => task_id));
    },
  };
}
