import { BaalError } from "../../core/errors.js";
import { isRecord } from "../../core/json-values.js";
import type { Choice } from "../contract/choice.js";
import { pathLabel } from "../contract/choice.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import { taskChoices } from "../contract/task.js";
import type { AnnotationRecord } from "../state/records.js";

/** The answer of an annotation for one control. */
export type ControlAnswer =
  | { readonly kind: "labels" /** Canonical names, in the control's order. */; readonly labels: readonly string[] }
  /** Skipped, without regions, or only about other controls. */
  | { readonly kind: "none"; readonly why: "cancelled" | "empty" | "otherControls" }
  /** Labels that the configuration does not have (any more). */
  | { readonly kind: "unknown"; readonly labels: readonly string[] }
  /** Several labels where the control allows one. */
  | { readonly kind: "ambiguous" };

/**
 * A function that reads annotations for one control: the union of what its regions choose. A label may be written as the alias or
 * as the value of a choice; its canonical name is what a new result would say. Scores of regions are not read: they may be a
 * prediction's of long ago.
 */
export function answerReader(control: ChoicesControl): (annotation: AnnotationRecord) => ControlAnswer {
  const fixed = namesOf(control.choices);
  return (annotation) => {
    if (annotation.wasCancelled) return { kind: "none", why: "cancelled" };
    if (annotation.result.length === 0) return { kind: "none", why: "empty" };
    const own = annotation.result.filter((region) => isRecord(region) && region["from_name"] === control.name);
    if (own.length === 0) return { kind: "none", why: "otherControls" };
    const chosen = [...new Set(own.flatMap(chosenLabels))];
    if (chosen.length === 0) return { kind: "none", why: "empty" };
    const names = control.dynamicChoices === undefined ? fixed : withDynamic(control, annotation, fixed);
    const unknown = chosen.filter((label) => !names.has(label));
    if (unknown.length > 0) return { kind: "unknown", labels: unknown };
    const labels = new Set(chosen.map((label) => names.get(label)!));
    if (labels.size > 1 && control.choice === "single") return { kind: "ambiguous" };
    return { kind: "labels", labels: [...new Set(names.values())].filter((label) => labels.has(label)) };
  };
}

/** Canonical names by alias and by value; where one choice's alias is another one's value, the alias wins. */
function namesOf(choices: readonly Choice[]): ReadonlyMap<string, string> {
  const names = new Map(choices.map(({ label }) => [label, label]));
  for (const { value, label } of choices) if (!names.has(value)) names.set(value, label);
  return names;
}

/** With the choices that the task itself brings. A task whose list cannot be read leaves the fixed ones. */
function withDynamic(
  control: ChoicesControl,
  { taskId, data }: AnnotationRecord,
  fixed: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  try {
    return namesOf([...control.choices, ...taskChoices({ id: taskId, data }, control)]);
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_DATA") return fixed;
    throw error;
  }
}

function chosenLabels(region: unknown): string[] {
  const value = isRecord(region) ? region["value"] : undefined;
  // Of a Choices control, or of a Taxonomy, whose choices are paths.
  const choices = isRecord(value) ? (value["choices"] ?? value["taxonomy"]) : undefined;
  return Array.isArray(choices) ? choices.map(chosenLabel).filter((choice) => choice !== "") : [];
}

/** A nested choice is a list, from the topmost choice down. */
function chosenLabel(choice: unknown): string {
  if (typeof choice === "string") return choice;
  return Array.isArray(choice) && choice.every((name) => typeof name === "string") ? pathLabel(choice) : "";
}

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
