import { isSingleChoice, type LearnedRow, type ReadyData } from "./learning-data.js";

/**
 * What a row's label is for the trainer, by the model's classes: one of them, several, or, where controls are learned together, one 0 or 1
 * per class, and `null` for those of controls that nobody has answered.
 */
export function target(
  { answers }: LearnedRow,
  data: Pick<ReadyData, "controls">,
): string | readonly string[] | readonly (0 | 1 | null)[] {
  const { controls } = data;
  if (controls.length === 1) {
    const [{ control, labels, classes }] = controls as [(typeof controls)[number]];
    const chosen = (answers.get(control.name) ?? []).map((label) => classes[labels.indexOf(label)]!);
    return isSingleChoice(data) ? (chosen[0] ?? "") : chosen;
  }
  return controls.flatMap(({ control, labels }) => {
    const chosen = answers.get(control.name);
    return labels.map((label) => (chosen === undefined ? null : chosen.includes(label) ? 1 : 0));
  });
}
