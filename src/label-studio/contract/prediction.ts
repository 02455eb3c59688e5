import { BaalError } from "../../core/errors.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import { sigmoid, softmax } from "../../core/softmax.js";
import type { ChoicesControl } from "./choices-controls.js";
import { type LabelMatch, noSharedLabel } from "./label-match.js";
import { defaultScore, labelStudioScore, normalisedUncertainty, type ScoreName, type ScoreOrder } from "./score.js";

/** One region of a prediction, as Label Studio's editor reads it. */
export interface ChoicesRegion {
  readonly from_name: string;
  readonly to_name: string;
  readonly type: "choices";
  /** Paths of nested choices (`allowNested`) are lists, from the topmost choice down. */
  readonly value: { readonly choices: readonly (string | readonly string[])[] };
  /** Probability of the (least probable) choice. */
  readonly score: number;
}

/** A prediction as Label Studio takes and stores it. */
export interface LabelStudioPrediction {
  readonly model_version: string;
  /** In [0, 1]; see {@link ScoreOrder}. */
  readonly score: number;
  readonly result: readonly ChoicesRegion[];
}

/** The predictions of one task for one control: `[1, C, K]` over all classes of the model. Out of its scope the model does not answer. */
export interface ControlPrediction {
  readonly control: ChoicesControl;
  readonly match: LabelMatch;
  readonly predictions: Predictions;
  /** Whether each label is predicted by itself, its probability the sigmoid of its logit. False by default. */
  readonly isMultiLabel?: boolean | undefined;
}

/** How a prediction is made of a model's draws. */
export interface PredictionOptions {
  readonly modelVersion: string;
  /** `"margin"` by default. */
  readonly score?: ScoreName | undefined;
  /** `"confidence"` by default. */
  readonly scoreOrder?: ScoreOrder | undefined;
  /** Controls with `choice="multiple"`: labels at least this probable are chosen, or the most probable one. 0.5 by default. */
  readonly threshold?: number | undefined;
}

/**
 * The prediction of one task. With several controls the task's score is that of the most uncertain one. Throws `E_LABEL_CONFIG`
 * when a control shares no label with the model, `E_NOT_FINITE` when the model's output is not finite.
 */
export function toPrediction(controls: readonly ControlPrediction[], options: PredictionOptions): LabelStudioPrediction {
  const { modelVersion, score = defaultScore, scoreOrder = "confidence", threshold = 0.5 } = options;
  if (controls.length === 0) return emptyPrediction(options);
  const parts = controls.map(({ control, match, predictions: all, isMultiLabel = false }) => {
    if (match.pairs.length === 0) throw noSharedLabel(control, match);
    // A model of several controls has an output per label, and one label of a single choice is right.
    const isIndependent = isMultiLabel && !(match.isJoint && control.choice === "single");
    const own = isIndependent ? independentLabels(all, match) : selectClasses(all, match);
    // Of labels by themselves, the one that the model knows least about decides.
    const uncertainty = Math.max(...normalisedUncertainty(own, score));
    const probabilities = isIndependent ? labelProbabilities(own) : meanProbabilities(own);
    const isOutOfScope = (all.beyondScope_N?.[0] ?? 0) > 0;
    return { uncertainty, regions: isOutOfScope ? [] : [choicesRegion(control, match, probabilities, threshold)] };
  });
  const uncertainty = Math.max(...parts.map((part) => part.uncertainty));
  return {
    model_version: modelVersion,
    score: labelStudioScore(uncertainty, scoreOrder),
    result: parts.flatMap((part) => part.regions),
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
    value: { choices: chosen.map((position) => pairs[position]?.path ?? pairs[position]?.label ?? "") },
    score: Math.min(1, ...chosen.map((position) => probabilities[position] ?? 0)),
  };
}

/** Probabilities `[1, C', K]` over the matched classes alone, each draw adding up to 1. */
function selectClasses(all: Predictions, { pairs }: LabelMatch): Predictions {
  const [, , draws = 0] = all.shape;
  const selected = new Float32Array(pairs.length * draws);
  for (let draw = 0; draw < draws; draw++) {
    const values = pairs.map(({ classIndex }) => all.data[classIndex * draws + draw] ?? Number.NaN);
    if (all.kind === "logits") softmax(values);
    const total = values.reduce((sum, value) => sum + value, 0);
    if (!Number.isFinite(total)) throw new BaalError("E_NOT_FINITE", "The model's output for this task is not finite.");
    const share =
      all.kind === "logits" ? (value: number) => value : (value: number) => (total > 0 ? value / total : 1 / values.length);
    for (const [position, value] of values.entries()) {
      selected[position * draws + draw] = share(value);
    }
  }
  return predictions("probabilities", [1, pairs.length, draws], selected);
}

/** Each matched label as an item of its own with two classes, no and yes: probabilities `[C', 2, K]`. */
function independentLabels(all: Predictions, { pairs }: LabelMatch): Predictions {
  const [, , draws = 0] = all.shape;
  const selected = new Float32Array(pairs.length * 2 * draws);
  for (const [position, { classIndex }] of pairs.entries()) {
    for (let draw = 0; draw < draws; draw++) {
      const value = all.data[classIndex * draws + draw] ?? Number.NaN;
      const yes = all.kind === "logits" ? sigmoid(value) : value;
      if (!Number.isFinite(value)) throw new BaalError("E_NOT_FINITE", "The model's output for this task is not finite.");
      selected[2 * position * draws + draw] = 1 - yes;
      selected[(2 * position + 1) * draws + draw] = yes;
    }
  }
  return predictions("probabilities", [pairs.length, 2, draws], selected);
}

function labelProbabilities({ shape, data }: Predictions): number[] {
  const [labels = 0, , draws = 0] = shape;
  const yes = (label: number) => data.subarray((2 * label + 1) * draws, (2 * label + 2) * draws);
  return Array.from({ length: labels }, (_, label) => yes(label).reduce((sum, value) => sum + value, 0) / draws);
}

function meanProbabilities({ shape, data }: Predictions): number[] {
  const [, classes = 0, draws = 0] = shape;
  return Array.from(
    { length: classes },
    (_, c) => data.subarray(c * draws, (c + 1) * draws).reduce((sum, value) => sum + value, 0) / draws,
  );
}
