import type { BayesianModel } from "../core/bayesian-model.js";
import { checkTargets } from "../core/check-targets.js";
import type { Items } from "../core/dataset.js";
import { DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { type Features, rowsOf } from "../core/features.js";
import { asDataset } from "../core/items.js";
import { joinFeatures } from "../core/join-chunks.js";
import { createRandom } from "../core/random.js";
import { highestOf } from "../core/softmax.js";
import { auroc } from "../metrics/ranking-metrics.js";
import { applyThreshold, chooseThreshold } from "../metrics/scope-threshold.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { solveHead } from "../models/head/solve-head.js";
import { type OutOfScopeRule, scopeEvidence } from "../models/out-of-scope/rule.js";
import {
  type LabelledEvidence,
  OUT_OF_SCOPE_SCORES,
  type OutOfScopeScore,
  type ScopeEvidence,
} from "../models/out-of-scope/scores.js";

/** What a rule for items out of scope is found on. */
export interface OutOfScopeOptions<Input> {
  /** The items that the model was trained on, each with its class. */
  readonly labelled: Items<Input>;
  /** Items that belong to none of the classes; the more they are like those that will come, the better. */
  readonly outOfScope: Items<Input>;
  /**
   * Items with a class that the model was not trained on. Without them the labelled items take turns: a head is solved on four fifths of them
   * and scores the rest, which is right for a model whose last layer was solved.
   */
  readonly validation?: Items<Input> | undefined;
  /** What an item out of scope is called; "out of scope" by default. */
  readonly label?: string | undefined;
  /** The scores to choose from; all by default. */
  readonly scores?: readonly OutOfScopeScore[] | undefined;
  /** Makes the turns. 42 by default. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FOLDS = 5;
/** As `solveLastLayer` does by default. */
const INVERSE_REGULARISATION = 10;
const BALANCED_UNTIL = 16;

/**
 * Finds when a classifier is not to answer, and lets it abstain from now on: the score that tells the given items out of scope best from items in
 * scope that were held out (by AUROC), and the threshold with the most right answers over both, out of scope counting as a class (Larson et al. 2019,
 * arXiv:1909.02027, "oos-threshold"). The rule is the model's `outOfScope`: `classify` and `predict` go by it, `save` keeps it, and any change of
 * the weights drops it.
 *
 * Throws `E_MODEL_FORMAT` for a model without a linear last layer or of several labels, `E_DATA` for items without a class or none at all,
 * `E_ARGUMENT` for a label that is one of the classes.
 *
 * @example
 * ```ts with=text
 * import { fitOutOfScope, solveLastLayer } from "baaljs";
 *
 * await solveLastLayer(model, active);
 * const { score, heldOut } = await fitOutOfScope(model, { labelled: active, outOfScope: ["sing me a song", "how tall is the tower"] });
 * console.log(score, heldOut.auroc, await model.classify("what is the meaning of life"));
 * ```
 */
export async function fitOutOfScope<Input>(
  model: GraphClassifier<Input> & Pick<BayesianModel<Input>, "datasetOf">,
  options: OutOfScopeOptions<Input>,
): Promise<OutOfScopeRule> {
  const { label = "out of scope", scores = SCORE_NAMES, seed = DEFAULT_SEED, signal } = options;
  const { lastLayer: layer, labels, isMultiLabel } = model;
  if (!layer || isMultiLabel) {
    const what = layer ? "predicts several labels an item" : "has no linear last layer";
    throw new BaalError(
      "E_MODEL_FORMAT",
      `Items out of scope are told by models of one label an item with a linear last layer; this one ${what}.`,
    );
  }
  if (labels.includes(label))
    throw new BaalError("E_ARGUMENT", `"${label}" is a class of the model: items out of scope need a name of their own.`);
  const evidenceOf = async (items: Items<Input>, isLabelled: boolean) => {
    const dataset = asDataset(items, { model, name: "fitOutOfScope", loss: isLabelled ? "crossEntropy" : undefined });
    if (dataset.length === 0)
      throw new BaalError("E_DATA", "Items in scope and out of scope are needed; one of the lists is empty.");
    const targets = isLabelled
      ? checkTargets(dataset, { loss: "crossEntropy", classes: labels.length, what: "out-of-scope" }).targets
      : [];
    const vectors = await joinFeatures(model.features(dataset, { signal }), { total: dataset.length });
    const evidence = await scopeEvidence(vectors, layer, model.stateDict());
    return { ...evidence, vectors, targets: targets as readonly number[] };
  };
  const labelled = await evidenceOf(options.labelled, true);
  const outOfScope = await evidenceOf(options.outOfScope, false);
  const validation = options.validation && (await evidenceOf(options.validation, true));
  const trials = validation
    ? [{ labelled, inScope: validation, outOfScope }]
    : await crossValidation({ labelled, outOfScope, seed, signal });

  const inScopeItems = trials.reduce((sum, { inScope }) => sum + inScope.targets.length, 0);
  const isRight_N = trials.flatMap(({ inScope, outOfScope: others }) => [...rightOnes(inScope), ...othersOf(others, false)]);
  const isOutOfScope_N = trials.flatMap(({ inScope, outOfScope: others }) => [
    ...othersOf(inScope, false),
    ...othersOf(others, true),
  ]);
  let best: { readonly score: OutOfScopeScore; readonly scores_N: number[]; readonly area: number } | undefined;
  for (const score of scores) {
    const scores_N: number[] = [];
    for (const trial of trials) {
      const { score: scoresOf, ...definition } = OUT_OF_SCOPE_SCORES[score];
      const kept = await definition.fit(trial.labelled);
      scores_N.push(...(await scoresOf(trial.inScope, kept)), ...(await scoresOf(trial.outOfScope, kept)));
    }
    const area = auroc(scores_N, isOutOfScope_N);
    if (!best || area > best.area) best = { score, scores_N, area };
  }
  if (!best) throw new BaalError("E_ARGUMENT", "scores names no score to choose from; leave it out for all of them.");
  const { score, scores_N, area } = best;
  const items = { scores_N, isOutOfScope_N, isRight_N };
  const threshold = chooseThreshold(items);
  const rule: OutOfScopeRule = {
    ...{ score, threshold, label, kept: await OUT_OF_SCOPE_SCORES[score].fit(labelled) },
    heldOut: {
      ...{ inScopeItems, outOfScopeItems: isRight_N.length - inScopeItems, auroc: area },
      ...applyThreshold(items, threshold),
    },
  };
  model.outOfScope = rule;
  return rule;
}

const SCORE_NAMES = Object.keys(OUT_OF_SCOPE_SCORES) as OutOfScopeScore[];

interface Evidence extends LabelledEvidence {
  /** As the last layer reads them. */
  readonly vectors: Features;
}

interface Trial {
  readonly labelled: LabelledEvidence;
  readonly inScope: LabelledEvidence;
  readonly outOfScope: ScopeEvidence;
}

/** Which of the items in scope the logits are right about. */
function rightOnes({ classes, logits_N_C, targets }: LabelledEvidence): boolean[] {
  return targets.map((target, n) => {
    const logits_C = logits_N_C.subarray(n * classes, (n + 1) * classes);
    return logits_C[target] === highestOf(logits_C);
  });
}

function othersOf({ features }: ScopeEvidence, value: boolean): boolean[] {
  return features.indices.map(() => value);
}

/** Each item once in the part that is held out, under a head that was solved on the other parts. */
async function crossValidation({
  labelled,
  outOfScope,
  seed,
  signal,
}: {
  readonly labelled: Evidence;
  readonly outOfScope: Evidence;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}): Promise<Trial[]> {
  const random = createRandom(seed);
  const { classes } = labelled;
  const order = random.shuffled([...labelled.targets.keys()]);
  const others = random.shuffled([...outOfScope.vectors.indices.keys()]);
  const folds = Math.min(FOLDS, order.length, others.length);
  if (folds < 2)
    throw new BaalError("E_DATA", "Without validation items at least two items in scope and two out of scope are needed.");
  const trials: Trial[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const [kept, held] = [order.filter((_, i) => i % folds !== fold), order.filter((_, i) => i % folds === fold)];
    const targets = kept.map((n) => labelled.targets[n]!);
    const balanceClasses = new Set(targets).size < classes || targets.length < BALANCED_UNTIL * classes;
    const { weights_C_P } = await solveHead(
      { classes, labelled: rowsOf(labelled.vectors, kept), targets },
      { inverseRegularisation: INVERSE_REGULARISATION, balanceClasses, pseudoWeight: 0, signal },
    );
    const head = headOf(weights_C_P, classes);
    const part = async (from: Evidence, rows: readonly number[]) => ({
      ...(await scopeEvidence(rowsOf(from.vectors, rows), head.layer, head.state)),
      targets: rows.map((n) => from.targets[n]!),
    });
    trials.push({
      labelled: await part(labelled, kept),
      inScope: await part(labelled, held),
      outOfScope: await part(
        outOfScope,
        others.filter((_, i) => i % folds === fold),
      ),
    });
  }
  return trials;
}

function headOf(weights_C_P: Float64Array, classes: number) {
  const width = weights_C_P.length / classes;
  const weight = Float32Array.from(weights_C_P.filter((_, i) => i % width !== width - 1));
  const bias = Float32Array.from(weights_C_P.filter((_, i) => i % width === width - 1));
  return {
    layer: { input: "features", weight: "weight", bias: "bias", layout: "out-in" },
    state: new Map([
      ["weight", { dims: [classes, width - 1], data: weight }],
      ["bias", { dims: [classes], data: bias }],
    ]),
  } as const;
}
