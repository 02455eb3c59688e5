import type { ItemAnswers } from "../../store/answers.js";
import type { Desk } from "../desk.js";

/**
 * The project as Label Studio's JSON: a task per item with its annotation, one of each annotator where they disagree. Excluded items are cancelled
 * annotations.
 */
export function labelStudioTasks(desk: Desk): unknown[] {
  const { store, states, data } = desk;
  const names = new Map(store.labels().map(({ id, name }) => [id, name]));
  const key = store.project()?.kind === "image" ? (data.columns.imageColumn ?? "image") : data.columns.textColumn;
  const result = (values: ReadonlyMap<number, 0 | 1>) => [
    {
      ...{ from_name: data.columns.labelColumn, to_name: key, type: "choices" },
      value: { choices: [...values].flatMap(([label, value]) => (value === 1 ? [names.get(label)!] : [])) },
    },
  ];
  const annotations = ({ resolved, answers, isConflict }: ItemAnswers) => {
    if (resolved) return [{ result: result(resolved), was_cancelled: false }];
    return isConflict
      ? answers.map(({ user, values }) => ({ result: result(values), was_cancelled: false, completed_by: { username: user } }))
      : [];
  };
  return [...states.all()].map(({ item, known, isExcluded }) => ({
    id: item.id,
    data: { [key]: item.content, ...item.fields },
    annotations: isExcluded ? [{ result: [], was_cancelled: true }] : annotations(known),
    predictions: [],
  }));
}
