import { BaalError } from "../../errors.js";
import type { Choice, ChoicesControl } from "../choices-controls.js";
import type { AnnotationRecord } from "../state/records.js";
import { taskChoices } from "../task.js";
import { isRecord } from "./json-values.js";

/** What an annotation says for one control. */
export type AnnotationAnswer =
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
export function answerReader(control: ChoicesControl): (annotation: AnnotationRecord) => AnnotationAnswer {
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
    return namesOf([...control.choices, ...taskChoices({ id: taskId, data }, control.dynamicChoices ?? "")]);
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_DATA") return fixed;
    throw error;
  }
}

function chosenLabels(region: unknown): string[] {
  const value = isRecord(region) ? region["value"] : undefined;
  const choices = isRecord(value) ? value["choices"] : undefined;
  return Array.isArray(choices) ? choices.filter((choice): choice is string => typeof choice === "string" && choice !== "") : [];
}
