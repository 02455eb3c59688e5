import { BaalError } from "../errors.js";
import { type Predictions, predictions } from "../predictions.js";
import type { Choice, ChoicesControl } from "./choices-controls.js";
import { labelStudioScore, normalisedUncertainty, type ScoreName, type ScoreOrder } from "./score.js";

/** One region of a prediction, as Label Studio's editor reads it. */
export interface ChoicesRegion {
  readonly from_name: string;
  readonly to_name: string;
  readonly type: "choices";
  readonly value: { readonly choices: readonly string[] };
  /** Probability of the (least probable) choice. */
  readonly score: number;
}

export interface LabelStudioPrediction {
  readonly model_version: string;
  /** In [0, 1]; see {@link ScoreOrder}. */
  readonly score: number;
  readonly result: readonly ChoicesRegion[];
}

/** Which class of the model answers which label of a control. */
export interface LabelMatch {
  /** Pairs of a class index and the label that a result carries, in the order of the control. */
  readonly pairs: readonly { readonly classIndex: number; readonly label: string }[];
  /** Labels of the model that the control does not have: left out, the other probabilities add up to 1 again. */
  readonly unusedClasses: readonly string[];
  /** Labels of the control that the model does not know: never predicted. */
  readonly unknownLabels: readonly string[];
}

/** The predictions of one task for one control: `[1, C, K]` over all classes of the model. */
export interface ControlPrediction {
  readonly control: ChoicesControl;
  readonly match: LabelMatch;
  readonly predictions: Predictions;
}

export interface PredictionOptions {
  readonly modelVersion: string;
  /** `"bald"` by default. */
  readonly score?: ScoreName;
  /** `"confidence"` by default. */
  readonly scoreOrder?: ScoreOrder;
  /** Controls with `choice="multiple"`: labels at least this probable are chosen, or the most probable one. 0.5 by default. */
  readonly threshold?: number;
}

/** Matches by alias, then by value, then by either without regard to case and surrounding space; each class is used once. */
export function matchLabels(choices: readonly Choice[], modelLabels: readonly string[]): LabelMatch {
  const free = new Set(modelLabels.keys());
  const matched = new Map<Choice, number>();
  const fold = (text: string) => text.normalize("NFKC").trim().toLowerCase();
  const rules: readonly ((choice: Choice, label: string) => boolean)[] = [
    (choice, label) => choice.label === label,
    (choice, label) => choice.value === label,
    (choice, label) => fold(choice.label) === fold(label),
    (choice, label) => fold(choice.value) === fold(label),
  ];
  for (const rule of rules) {
    for (const choice of choices) {
      if (matched.has(choice)) continue;
      const classIndex = modelLabels.findIndex((label, index) => free.has(index) && rule(choice, label));
      if (classIndex < 0) continue;
      matched.set(choice, classIndex);
      free.delete(classIndex);
    }
  }
  return {
    pairs: choices.flatMap((choice) => {
      const classIndex = matched.get(choice);
      return classIndex === undefined ? [] : [{ classIndex, label: choice.label }];
    }),
    unusedClasses: [...free].map((index) => modelLabels[index] ?? ""),
    unknownLabels: choices.filter((choice) => !matched.has(choice)).map((choice) => choice.label),
  };
}

/**
 * The prediction of one task. With several controls the task's score is that of the most uncertain one. Throws `E_LABEL_CONFIG`
 * when a control shares no label with the model, `E_NOT_FINITE` when the model's output is not finite.
 */
export function toPrediction(controls: readonly ControlPrediction[], options: PredictionOptions): LabelStudioPrediction {
  const { modelVersion, score = "bald", scoreOrder = "confidence", threshold = 0.5 } = options;
  if (controls.length === 0) return emptyPrediction(options);
  const parts = controls.map(({ control, match, predictions: all }) => {
    if (match.pairs.length === 0) throw noSharedLabel(control, match);
    const own = selectClasses(all, match);
    const [uncertainty = 0] = normalisedUncertainty(own, score);
    return { uncertainty, region: choicesRegion(control, match, meanProbabilities(own), threshold) };
  });
  const uncertainty = Math.max(...parts.map((part) => part.uncertainty));
  return {
    model_version: modelVersion,
    score: labelStudioScore(uncertainty, scoreOrder),
    result: parts.map((part) => part.region),
  };
}

/** For a task that cannot be predicted: no regions, and the score of complete uncertainty, because null and NaN are rejected. */
export function emptyPrediction({ modelVersion, scoreOrder = "confidence" }: PredictionOptions): LabelStudioPrediction {
  return { model_version: modelVersion, score: labelStudioScore(1, scoreOrder), result: [] };
}

function choicesRegion(
  control: ChoicesControl,
  { pairs }: LabelMatch,
  probabilities: readonly number[],
  threshold: number,
): ChoicesRegion {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const chosen = [...pairs.keys()].filter((position) => {
    return position === best || (control.choice === "multiple" && (probabilities[position] ?? 0) >= threshold);
  });
  return {
    from_name: control.name,
    to_name: control.toName,
    type: "choices",
    value: { choices: chosen.map((position) => pairs[position]?.label ?? "") },
    score: Math.min(1, ...chosen.map((position) => probabilities[position] ?? 0)),
  };
}

/** Probabilities `[1, C', K]` over the matched classes alone, each draw adding up to 1. */
function selectClasses(all: Predictions, { pairs }: LabelMatch): Predictions {
  const [, , draws = 0] = all.shape;
  const selected = new Float32Array(pairs.length * draws);
  for (let draw = 0; draw < draws; draw++) {
    const values = pairs.map(({ classIndex }) => all.data[classIndex * draws + draw] ?? Number.NaN);
    const highest = Math.max(...values);
    const weights = all.kind === "logits" ? values.map((value) => Math.exp(value - highest)) : values;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!Number.isFinite(total)) throw new BaalError("E_NOT_FINITE", "The model's output for this task is not finite.");
    for (const [position, weight] of weights.entries()) {
      selected[position * draws + draw] = total > 0 ? weight / total : 1 / weights.length;
    }
  }
  return predictions("probabilities", [1, pairs.length, draws], selected);
}

function meanProbabilities({ shape, data }: Predictions): number[] {
  const [, classes = 0, draws = 0] = shape;
  return Array.from(
    { length: classes },
    (_, c) => data.subarray(c * draws, (c + 1) * draws).reduce((sum, value) => sum + value, 0) / draws,
  );
}

/** What to tell the operator when no prediction is possible. */
export function noSharedLabel(control: ChoicesControl, match: LabelMatch): BaalError {
  const some = (labels: readonly string[]) => labels.slice(0, 10).join(", ") + (labels.length > 10 ? ", ..." : "");
  return new BaalError(
    "E_LABEL_CONFIG",
    `The control "${control.name}" and the model have no label in common: the control has ${some(match.unknownLabels) || "none"}; ` +
      `the model has ${some(match.unusedClasses) || "none"}. Give the choices the model's labels as value or alias.`,
  );
}
