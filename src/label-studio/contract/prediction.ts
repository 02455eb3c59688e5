import { shownPredictions, shownThresholds } from "../../calibration/shown.js";
import type { PredictionCalibrator } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { areIndependent, areLogits, type Predictions, predictions } from "../../core/predictions.js";
import { sigmoid, softmax } from "../../core/softmax.js";
import { type Choice, namedChoice } from "./choice.js";
import type { ChoicesControl } from "./choices-controls.js";
import { type LabelMatch, noSharedLabel } from "./label-match.js";
import { type NumberRange, numberUncertainty, servedNumber } from "./number-control.js";
import { defaultScore, labelStudioScore, normalisedUncertainty, type ScoreName, type ScoreOrder } from "./score.js";
import { type ChosenNames, isShown } from "./visibility.js";

/** One region of a prediction, as Label Studio's editor reads it. */
export interface ChoicesRegion {
  readonly from_name: string;
  readonly to_name: string;
  /** By the control: Choices, Taxonomy, Rating, or Number. */
  readonly type: NonNullable<ChoicesControl["type"]>;
  /** Under the name of the type. Paths of nested choices (`allowNested`, Taxonomy) are lists, from the topmost choice down. */
  readonly value: {
    readonly choices?: readonly (string | readonly string[])[] | undefined;
    readonly taxonomy?: readonly (readonly string[])[] | undefined;
    readonly rating?: number | undefined;
    readonly number?: number | undefined;
  };
  /** Probability of the (least probable) choice; none for a number, and for the choice that stands for an abstaining model. */
  readonly score?: number | undefined;
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
  /** From which probability on each of its classes is chosen, as was found out for the model. */
  readonly thresholds?: readonly number[] | undefined;
  /** Makes the probabilities that are shown right; uncertainty is that of the draws as they are. */
  readonly calibrator?: PredictionCalibrator | undefined;
}

/** How a prediction is made of a model's draws. */
export interface PredictionOptions {
  readonly modelVersion: string;
  /** `"margin"` by default. */
  readonly score?: ScoreName | undefined;
  /** `"confidence"` by default. */
  readonly scoreOrder?: ScoreOrder | undefined;
  /** Controls with `choice="multiple"`: labels at least this probable are chosen, or the most probable one. The model's own by default, 0.5 where it has none. */
  readonly threshold?: number | undefined;
  /** Of those at most so many, the most probable ones. */
  readonly topLabels?: number | undefined;
  /**
   * A choice (its alias or value) that is served where the model abstains, by controls that have it; without one they get no region then. With `choice="multiple"` and
   * a model that has no such class it is served where no label is as probable as it has to be.
   */
  readonly outOfScopeChoice?: string | undefined;
}

/**
 * The prediction of one task. With several controls the task's score is that of the most uncertain one. Throws `E_LABEL_CONFIG`
 * when a control shares no label with the model, `E_NOT_FINITE` when the model's output is not finite.
 */
export function toPrediction(controls: readonly ControlPrediction[], options: PredictionOptions): LabelStudioPrediction {
  const { modelVersion, score = defaultScore, scoreOrder = "confidence" } = options;
  if (controls.length === 0) return emptyPrediction(options);
  const parts = controls.map((own) => {
    const { control, match } = own;
    if (match.pairs.length === 0) throw noSharedLabel(control, match);
    return control.number === undefined ? choicePart(own, { ...options, score }) : numberPart(own, control.number);
  });
  const shown = shownParts(parts);
  const uncertainty = Math.max(...shown.map((part) => part.uncertainty));
  return {
    model_version: modelVersion,
    score: labelStudioScore(shown.length === 0 ? 1 : uncertainty, scoreOrder),
    result: shown.flatMap((part) => regionOf(part) ?? []),
  };
}

interface Chosen {
  readonly labels: readonly Pick<Choice, "label" | "path">[];
  /** Probability of the least probable one; none for the choice of an abstaining model. */
  readonly score?: number | undefined;
}

interface Part {
  readonly control: ChoicesControl;
  readonly uncertainty: number;
  /** None where the model abstains, and of a number. */
  readonly chosen?: Chosen | undefined;
  readonly number?: number | undefined;
}

function choicePart(
  { control, match, predictions: all, isMultiLabel = false, ...model }: ControlPrediction,
  options: PredictionOptions & { readonly score: ScoreName },
): Part {
  if (all.kind === "values")
    throw new BaalError(
      "E_LABEL_CONFIG",
      `<Choices name="${control.name}"> is answered by a model that gives classes; this one gives numbers (a regression).`,
    );
  // A model of several controls has an output per label, and one label of a single choice is right.
  const isIndependent = (isMultiLabel || areIndependent(all.kind)) && !(match.isJoint && control.choice === "single");
  const ownOf = (given: Predictions) => (isIndependent ? independentLabels(given, match) : selectClasses(given, match));
  const own = ownOf(all);
  // Of labels by themselves, the one that the model knows least about decides.
  const uncertainty = Math.max(...normalisedUncertainty(own, options.score));
  const shown = model.calibrator === undefined ? own : ownOf(shownPredictions(model, all));
  const probabilities = isIndependent ? labelProbabilities(shown) : meanProbabilities(shown);
  const thresholds = shownThresholds(model);
  const none = namedChoice(control.choices, options.outOfScopeChoice);
  if (beyondScope(all, match) > 0) return { control, uncertainty, chosen: none && { labels: [none] } };
  const choosing = { probabilities, thresholds, ...options };
  const isOwnClass = match.pairs.some(({ label }) => label === none?.label);
  const mayBeNone = isIndependent && control.choice === "multiple" && none !== undefined && !isOwnClass;
  if (mayBeNone && !match.pairs.some((_, position) => isLikely(position, match, choosing))) {
    return {
      control,
      uncertainty,
      chosen: { labels: [none], score: probabilities.reduce((product, p) => product * (1 - p), 1) },
    };
  }
  return { control, uncertainty, chosen: chosenLabels(control, match, choosing) };
}

function numberPart({ control, match, predictions: all }: ControlPrediction, range: NumberRange): Part {
  const [, , draws = 0] = all.shape;
  const { classIndex } = match.pairs[0]!;
  const values = all.data.subarray(classIndex * draws, (classIndex + 1) * draws);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  if (!Number.isFinite(mean)) throw new BaalError("E_NOT_FINITE", "The model's output for this task is not finite.");
  return { control, uncertainty: numberUncertainty(values, range), number: servedNumber(mean, range) };
}

/** Above 0 the model takes the item for out of its scope, or out of the control's where it has several. */
function beyondScope({ shape, data, beyondScope_N }: Predictions, { scopeIndex }: LabelMatch): number {
  return (scopeIndex === undefined ? beyondScope_N?.[0] : data[scopeIndex * (shape[2] ?? 0)]) ?? 0;
}

/** The controls that the editor shows with what was chosen: a control may be shown for a choice of another one, and that for one of a third. */
function shownParts(parts: readonly Part[]): readonly Part[] {
  let shown = parts;
  // Each round settles at least one more control of a chain.
  for (const _ of parts) {
    const chosen: ChosenNames = new Map(shown.map((part) => [part.control.name, namesOf(part)]));
    shown = parts.filter(({ control }) => isShown(control.shownWhen ?? [], chosen));
  }
  return shown;
}

function namesOf({ control, chosen }: Part): readonly (readonly string[])[] {
  return (chosen?.labels ?? []).map(({ label, path = [] }) => {
    const value = control.choices.find((choice) => choice.label === label)?.value ?? label;
    return [label, value, ...path.slice(-1)];
  });
}

/** For a task that cannot be predicted: no regions, and the score of complete uncertainty, because null and NaN are rejected. */
export function emptyPrediction({ modelVersion, scoreOrder = "confidence" }: PredictionOptions): LabelStudioPrediction {
  return { model_version: modelVersion, score: labelStudioScore(1, scoreOrder), result: [] };
}

interface Choosing extends Pick<PredictionOptions, "threshold" | "topLabels"> {
  readonly probabilities: readonly number[];
  readonly thresholds: readonly number[] | undefined;
}

/** Whether a label, of those that may be chosen beside each other, is as probable as it has to be. */
function isLikely(position: number, { pairs }: LabelMatch, { probabilities, threshold, thresholds }: Choosing): boolean {
  // What was asked for comes first: of the project, or of the request.
  return (probabilities[position] ?? 0) >= (threshold ?? thresholds?.[pairs[position]?.classIndex ?? -1] ?? 0.5);
}

function chosenLabels(control: ChoicesControl, match: LabelMatch, choosing: Choosing): Chosen {
  const { probabilities, topLabels = Number.POSITIVE_INFINITY } = choosing;
  const { pairs } = match;
  const probabilityOf = (position: number) => probabilities[position] ?? 0;
  const [best = 0, ...others] = [...pairs.keys()].sort((a, b) => probabilityOf(b) - probabilityOf(a));
  const further = control.choice === "multiple" ? others.filter((position) => isLikely(position, match, choosing)) : [];
  const chosen = [best, ...further].slice(0, topLabels).sort((a, b) => a - b);
  return {
    labels: chosen.flatMap((position) => pairs[position] ?? []),
    score: Math.min(1, ...chosen.map(probabilityOf)),
  };
}

function regionOf({ control: { name, toName, type = "choices" }, chosen, number }: Part): ChoicesRegion | undefined {
  if (number !== undefined) return { from_name: name, to_name: toName, type, value: { [type]: number } };
  if (chosen === undefined) return undefined;
  const { labels, score } = chosen;
  const region = { from_name: name, to_name: toName, ...(score !== undefined && { score }) };
  if (type === "taxonomy") return { ...region, type, value: { taxonomy: labels.map(({ label, path }) => path ?? [label]) } };
  return { ...region, type: "choices", value: { choices: labels.map(({ label, path }) => path ?? label) } };
}

/** Probabilities `[1, C', K]` over the matched classes alone, each draw adding up to 1. */
function selectClasses(all: Predictions, { pairs }: LabelMatch): Predictions {
  const [, , draws = 0] = all.shape;
  const selected = new Float32Array(pairs.length * draws);
  for (let draw = 0; draw < draws; draw++) {
    const values = pairs.map(({ classIndex }) => all.data[classIndex * draws + draw] ?? Number.NaN);
    if (areLogits(all.kind)) softmax(values);
    const total = values.reduce((sum, value) => sum + value, 0);
    if (!Number.isFinite(total)) throw new BaalError("E_NOT_FINITE", "The model's output for this task is not finite.");
    const share = areLogits(all.kind)
      ? (value: number) => value
      : (value: number) => (total > 0 ? value / total : 1 / values.length);
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
      const yes = areLogits(all.kind) ? sigmoid(value) : value;
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
