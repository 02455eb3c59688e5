import type { AnnotationRecord } from "../state/records.js";

/** Which annotators count where a task has several. */
export const annotatorRules = ["majority", "latest", "each"] as const;

export type AnnotatorRule = (typeof annotatorRules)[number];

/** An annotation of a task, and what it says. */
export interface Vote {
  readonly annotation: AnnotationRecord;
  readonly labels: readonly string[];
}

/** Oldest first; of two at the same time, the one that was made later has the higher id. */
function byTime(a: AnnotationRecord, b: AnnotationRecord): number {
  return a.updatedAt - b.updatedAt || a.id - b.id;
}

/** The last annotation of each annotator, oldest first. Annotations by nobody known are by different people. */
export function latestPerAnnotator<T extends { readonly annotation: AnnotationRecord }>(answers: readonly T[]): readonly T[] {
  const sorted = [...answers].sort((a, b) => byTime(a.annotation, b.annotation));
  const byAnnotator = new Map(
    sorted.map((answer) => [answer.annotation.completedBy ?? `annotation ${answer.annotation.id}`, answer] as const),
  );
  const latest = new Set(byAnnotator.values());
  return sorted.filter((answer) => latest.has(answer));
}

/**
 * The labels that a task is trained with, from the votes of its annotators, oldest first; several entries with the rule `"each"`.
 */
export function taskLabels(
  votes: readonly Vote[],
  { rule, choice }: { readonly rule: AnnotatorRule; readonly choice: "single" | "multiple" },
): readonly (readonly string[])[] {
  const latest = votes.at(-1);
  if (latest === undefined) return [];
  if (rule === "each") return votes.map(({ labels }) => labels);
  if (rule === "latest") return [latest.labels];
  return [choice === "single" ? mostVoted(votes) : moreThanHalf(votes, latest)];
}

/** Of labels with equally many votes, the one that was voted for last. */
function mostVoted(votes: readonly Vote[]): readonly string[] {
  const counts = countLabels(votes);
  const most = Math.max(...counts.values());
  return votes.findLast(({ labels }) => counts.get(labels[0] ?? "") === most)?.labels ?? [];
}

/** Label by label; where just half of them chose it, the latest decides, and the whole where no label is left. */
function moreThanHalf(votes: readonly Vote[], latest: Vote): readonly string[] {
  const chosen = [...countLabels(votes)].filter(([label, count]) => {
    return 2 * count > votes.length || (2 * count === votes.length && latest.labels.includes(label));
  });
  return chosen.length === 0 ? latest.labels : chosen.map(([label]) => label);
}

function countLabels(votes: readonly Vote[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const label of votes.flatMap(({ labels }) => labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
