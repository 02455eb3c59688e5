import { BaalError } from "../../core/errors.js";
import { isRecord } from "../../core/json-values.js";
import type { Choice } from "../contract/choice.js";
import { pathLabel } from "../contract/choice.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import { isInRange, type NumberRange, type NumberType, regionNumber } from "../contract/number-control.js";
import { taskChoices } from "../contract/task.js";
import type { MappedLabel } from "../state/label-mapping-table.js";
import type { AnnotationRecord } from "../state/records.js";
import type { AnnotatorRule } from "./training-options.js";

/** The answer of an annotation for one control. */
export type ControlAnswer =
  | {
      readonly kind: "labels";
      /** Canonical names, in the control's order; of a Rating or a Number the number as JavaScript writes it. */
      readonly labels: readonly string[];
      /** Whether labels of before were followed to those that they have become. */
      readonly isMapped: boolean;
    }
  /** Skipped, rejected by a reviewer, without regions, or only about other controls. */
  | { readonly kind: "none"; readonly why: "cancelled" | "rejected" | "empty" | "otherControls" }
  /** Labels that the configuration does not have (any more). */
  | { readonly kind: "unknown"; readonly labels: readonly string[] }
  /** Several labels where the control allows one. */
  | { readonly kind: "ambiguous" };

/**
 * A function that reads annotations for one control: the union of what its regions choose. A label may be written as the alias or
 * as the value of a choice; its canonical name is what a new result would say. Scores of regions are not read: they may be a
 * prediction's of long ago. Labels that the configuration does not have any more are read as `mapping` says: by the control's own names of before.
 */
export function answerReader(
  control: ChoicesControl,
  mapping: readonly MappedLabel[] = [],
): (annotation: AnnotationRecord) => ControlAnswer {
  const successor = new Map(
    mapping.filter((one) => one.control === control.name).map(({ label, target }) => [label, target] as const),
  );
  const fixed = namesOf(control.choices);
  return (annotation) => {
    if (annotation.wasCancelled) return { kind: "none", why: "cancelled" };
    if (annotation.review === "rejected") return { kind: "none", why: "rejected" };
    if (annotation.result.length === 0) return { kind: "none", why: "empty" };
    const own = annotation.result.filter((region) => isRecord(region) && region["from_name"] === control.name);
    if (own.length === 0) return { kind: "none", why: "otherControls" };
    if (control.number !== undefined) return numberAnswer(own, { type: control.type as NumberType, range: control.number });
    const chosen = [...new Set(own.flatMap(chosenLabels))];
    if (chosen.length === 0) return { kind: "none", why: "empty" };
    const names = control.dynamicChoices === undefined ? fixed : withDynamic(control, annotation, fixed);
    const followed = chosen.map((label) => ({ label, now: follow(label, names, successor) }));
    const unknown = followed.filter(({ now }) => now === undefined).map(({ label }) => label);
    if (unknown.length > 0) return { kind: "unknown", labels: unknown };
    const labels = new Set(followed.map(({ now }) => now!));
    if (labels.size > 1 && control.choice === "single") return { kind: "ambiguous" };
    const isMapped = chosen.some((label) => !names.has(label));
    return { kind: "labels", labels: [...new Set(names.values())].filter((label) => labels.has(label)), isMapped };
  };
}

/** A number that the control does not take (any more) is one of before, as a label that is gone. */
function numberAnswer(
  regions: readonly unknown[],
  { type, range }: { readonly type: NumberType; readonly range: NumberRange },
): ControlAnswer {
  const number = regions.map((region) => regionNumber(region, type)).findLast((value) => value !== undefined);
  if (number === undefined) return { kind: "none", why: "empty" };
  const labels = [String(number)];
  return isInRange(number, range) ? { kind: "labels", labels, isMapped: false } : { kind: "unknown", labels };
}

/** The name that a label has now, over several changes; `undefined` for one that is gone. */
function follow(
  label: string,
  names: ReadonlyMap<string, string>,
  successor: ReadonlyMap<string, string | undefined>,
): string | undefined {
  let now: string | undefined = label;
  for (let steps = 0; now !== undefined && !names.has(now); steps++) {
    // They lead in a circle.
    if (steps > successor.size) return undefined;
    now = successor.get(now);
  }
  return now === undefined ? undefined : names.get(now);
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

/** An annotation of a task, and what it says. */
export interface Vote {
  readonly annotation: AnnotationRecord;
  readonly labels: readonly string[];
}

/**
 * Oldest first. Of those that nobody has changed since they were made the numbers of Label Studio tell the order, whatever its clock said; one that was
 * changed has the place of its change.
 */
function inOrder<T extends { readonly annotation: AnnotationRecord }>(answers: readonly T[]): readonly T[] {
  let newest = Number.NEGATIVE_INFINITY;
  const timed = [...answers]
    .sort((a, b) => a.annotation.id - b.annotation.id)
    .map((answer) => {
      const { updatedAt, createdAt } = answer.annotation;
      const isChanged = createdAt === undefined || updatedAt - createdAt > SAVED_WITHIN_MS;
      if (!isChanged) newest = Math.max(newest, updatedAt);
      return { answer, at: isChanged ? updatedAt : newest };
    });
  return timed.sort((a, b) => a.at - b.at || a.answer.annotation.id - b.answer.annotation.id).map(({ answer }) => answer);
}

/** Label Studio's two times of an annotation that was saved once differ by less. */
const SAVED_WITHIN_MS = 1_000;

/** The last annotation of each annotator, oldest first. Annotations by nobody known are by different people. */
export function latestPerAnnotator<T extends { readonly annotation: AnnotationRecord }>(answers: readonly T[]): readonly T[] {
  const sorted = inOrder(answers);
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
  { rule, choice, number }: { readonly rule: AnnotatorRule } & Pick<ChoicesControl, "choice" | "number">,
): readonly (readonly string[])[] {
  const latest = votes.at(-1);
  if (latest === undefined) return [];
  if (rule === "each") return votes.map(({ labels }) => labels);
  if (rule === "latest") return [latest.labels];
  if (number !== undefined) return [[String(median(votes.map(({ labels }) => Number(labels[0]))))]];
  // The weights of "weighted" are of all tasks together, see `weightedLabels`; those of one alone are even.
  return [choice === "single" ? mostVoted(votes) : moreThanHalf(votes, latest)];
}

/** Of an even number the mean of the middle two. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
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
