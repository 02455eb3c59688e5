import { BaalError } from "../../core/errors.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { type ChoicesControls, fittingControls } from "./choices-controls.js";
import { controlMatcher, noSharedLabel } from "./label-match.js";

export interface ValidateConfigOptions {
  /** Of the model that is to answer. */
  readonly kind: ModelKind;
  /** Its labels, where it learns no others. */
  readonly labels?: readonly string[] | undefined;
  /** Whether these name numbers. */
  readonly isRegression?: boolean | undefined;
}

/**
 * The controls of a labelling configuration that would be predicted, and those that would not. One without any control is fine: projects begin with it. Throws
 * `E_LABEL_CONFIG` with the reasons where there are controls and none of them can be predicted.
 */
export function validateConfig(labelConfig: string, { kind, labels, isRegression }: ValidateConfigOptions): ChoicesControls {
  const found = fittingControls(labelConfig, kind);
  const { controls, skipped } = found;
  if (controls.length === 0 && skipped.length > 0) {
    const reasons = skipped.slice(0, 10).map(({ name, reason }) => `"${name}": ${reason}`);
    throw new BaalError(
      "E_LABEL_CONFIG",
      `A labelling configuration is expected to have a Choices, Taxonomy, Rating or Number about ${kind === "text" ? "a text" : "an image"} that can be predicted, this one has none: ${reasons.join("; ")}.`,
    );
  }
  if (labels !== undefined && controls.length > 0) {
    const matchLabels = controlMatcher({ labels, isRegression });
    const matches = controls.map((control) => ({ control, match: matchLabels(control) }));
    const [first] = matches;
    if (first && matches.every(({ control, match }) => control.dynamicChoices === undefined && match.pairs.length === 0))
      throw noSharedLabel(first.control, first.match);
  }
  return found;
}
