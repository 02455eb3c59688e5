import { dawidSkene, secondOpinionScores } from "../../hygiene/dawid-skene.js";
import type { Vote } from "./answers.js";

/** The votes of a task's annotators, and what they come to. */
export interface WeightedTask {
  readonly taskId: number;
  /** The labels of the task; `undefined` where only one has voted, whose answer it is. */
  readonly labels: readonly string[] | undefined;
  /** How likely the task has other labels than these, 0 to 1, by how often its annotators are right: a second opinion is worth most where it is high. */
  readonly doubt: number;
}

/** An answer to start from for each annotator: whoever has answered once is not trusted for ever. */
const SMOOTHING = 1;

/**
 * The votes of all tasks together: annotators count by how often they are right, which is estimated from how they agree (Dawid & Skene 1979). With
 * several labels per task each label is a question of its own.
 */
export function weightedVotes(
  tasks: ReadonlyMap<number, readonly Vote[]>,
  { labels, choice }: { readonly labels: readonly string[]; readonly choice: "single" | "multiple" },
): ReadonlyMap<number, WeightedTask> {
  const rows = [...tasks].flatMap(([taskId, votes], item) =>
    votes.map(({ annotation, labels: own }) => ({
      taskId,
      item,
      by: annotation.completedBy ?? `annotation ${annotation.id}`,
      own,
    })),
  );
  const people = new Map([...new Set(rows.map(({ by }) => by))].map((by, n) => [by, n] as const));
  const columns = { items: rows.map(({ item }) => item), annotators: rows.map(({ by }) => people.get(by)!) };
  const sizes = { items: tasks.size, annotators: Math.max(1, people.size) };
  const solve = (classes: readonly number[], count: number) =>
    dawidSkene({ ...columns, classes, counts: { ...sizes, classes: count } }, { smoothing: SMOOTHING }).probs_N_C;
  const result = new Map<number, WeightedTask>();
  const add = (taskId: number, votes: readonly Vote[], found: readonly string[], doubt: number) =>
    result.set(taskId, { taskId, labels: votes.length > 1 ? found : undefined, doubt });

  if (choice === "single") {
    const classOf = new Map(labels.map((label, c) => [label, c] as const));
    const probs = solve(
      rows.map(({ own }) => classOf.get(own[0] ?? "")!),
      labels.length,
    );
    const doubts = secondOpinionScores({ probs_N_C: probs }, { classes: labels.length });
    for (const [item, [taskId, votes]] of [...tasks].entries()) {
      const own = probs.subarray(item * labels.length, (item + 1) * labels.length);
      add(taskId, votes, [labels[own.indexOf(Math.max(...own))]!], doubts[item]!);
    }
    return result;
  }
  const yes = labels.map((label) =>
    solve(
      rows.map(({ own }) => Number(own.includes(label))),
      2,
    ),
  );
  for (const [item, [taskId, votes]] of [...tasks].entries()) {
    const own = yes.map((probs) => probs[2 * item + 1]!);
    const found = labels.filter((_, c) => own[c]! >= 0.5);
    const sure = own.reduce((product, p) => product * Math.max(p, 1 - p), 1);
    add(taskId, votes, found.length > 0 ? found : votes.at(-1)!.labels, 1 - sure);
  }
  return result;
}
