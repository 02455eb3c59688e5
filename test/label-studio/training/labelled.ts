import { type ChoicesControl, choicesControls } from "../../../src/label-studio/contract/choices-controls.js";
import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";
import type { ModelKind } from "../../../src/models/checkpoint/model-kind.js";

/** A Choices control "c" over the text "t". */
export function configOf(labels: readonly string[], attributes = ""): string {
  const choices = labels.map((label) => `<Choice value="${label}"/>`).join("");
  return `<View><Text name="t" value="$text"/><Choices name="c" toName="t" ${attributes}>${choices}</Choices></View>`;
}

export function controlsOf(config: string, kind: ModelKind = "text"): readonly ChoicesControl[] {
  return choicesControls(config, kind).controls;
}

export function regionOf(labels: readonly string[], fromName = "c"): unknown {
  return { from_name: fromName, to_name: "t", type: "choices", value: { choices: labels } };
}

/** Annotation `id` of task `1000 + id`, by user 1, with labels of the control "c". */
export function labelled(id: number, labels: readonly string[], changes: Partial<AnnotationRecord> = {}): AnnotationRecord {
  return {
    id,
    taskId: 1000 + id,
    data: { text: `text ${changes.taskId ?? 1000 + id}` },
    result: [regionOf(labels)],
    completedBy: "1",
    wasCancelled: false,
    groundTruth: false,
    updatedAt: 1_700_000_000_000 + id,
    ...changes,
  };
}
