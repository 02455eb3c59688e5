import { basename } from "node:path";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { Need } from "../heuristics/heuristic.js";
import { imageNetworkConfig } from "../models/architectures/image-architectures.js";
import { modelFolder } from "../models/checkpoint/find-model.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import { loadRecipe } from "../models/text/recipe.js";
import { dataFile } from "./datasets/data-file.js";
import type { DataFile, DataPlace } from "./datasets/experiment-data.js";
import { knownMetrics } from "./evaluate-cell.js";
import { type ExperimentConfig, experimentConfig } from "./experiment-config.js";
import { type DataDescription, type LoadedData, loadExperimentData } from "./load-experiment-data.js";
import type { OutOfScope } from "./out-of-scope-threshold.js";
import { validationMetric } from "./stopping-config.js";
import { strategyLabel, strategyOf } from "./strategy-spec.js";

/** A configuration together with its data: everything that can be found wrong has been. */
export interface PreparedExperiment {
  readonly config: ExperimentConfig;
  readonly data: LoadedData;
  readonly about: DataDescription;
  /** Of `model.pretrained`, whose `revision` is a commit then. */
  readonly weights: PretrainedWeights | undefined;
  /** The model's classes: all labels, or those in scope where the others are recognised by a threshold. */
  readonly labels: readonly string[];
  /** The items to label from. */
  readonly pool: readonly Row[];
  readonly outOfScope: OutOfScope | undefined;
  readonly initialCount: number;
}

/**
 * Checks a configuration and reads its data. Throws `E_ARGUMENT`, `E_DATA`, `E_FILE_NOT_FOUND` or `E_HUB` for whatever would go wrong
 * later for want of data or of a model: nothing has been trained then.
 */
export async function prepareExperiment(given: unknown, place: DataPlace): Promise<PreparedExperiment> {
  const checked = experimentConfig(given);
  const data = await loadExperimentData(checked.dataset, place);
  const config = withConsistentDraws(checked);
  const outOfScope = outOfScopeOf(config, data);
  const isThreshold = outOfScope?.protocol === "threshold";
  const labels = isThreshold ? data.labels.filter((label) => label !== outOfScope.label) : data.labels;
  const labelOf = (row: Row) => String(row[data.columns.label]);
  const pool = isThreshold ? data.train.filter((row) => labelOf(row) !== outOfScope.label) : data.train;
  if (isThreshold && !data.validation.some((row) => labelOf(row) === outOfScope.label)) {
    throw new BaalError(
      "E_DATA",
      `outOfScope.protocol "threshold" chooses its threshold on validation items, and there are none with the label "${outOfScope.label}": give dataset.validationShare, or a data set that has them.`,
    );
  }
  checkKind(config, data);
  checkSolved(config);
  await checkModel(config);
  checkDraws(config);
  checkTarget(config, data);
  checkMetrics(config, labels, outOfScope);
  checkTraining(config, { data, labels });
  const initialCount = initialLabelCount(config, { pool, labels, labelOf });
  const isCeiling = config.initialLabels === "all";
  if (!isCeiling && initialCount + config.querySize > pool.length) {
    throw new BaalError(
      "E_ARGUMENT",
      `The pool has ${pool.length} items: too few for ${initialCount} initial labels and a query of ${config.querySize} (querySize).`,
    );
  }
  const { querySize, poolSize = querySize } = config;
  if (poolSize < querySize)
    throw new BaalError(
      "E_ARGUMENT",
      `A query of ${querySize} (querySize) is more than the ${poolSize} items that it is picked from (poolSize).`,
    );
  const weights = await pretrainedWeights(config, { kind: data.kind, place });
  return { config: pinned(config, weights), data, about: data.about, weights, labels, pool, outOfScope, initialCount };
}

/** A branch may move before the run goes on. */
function pinned(config: ExperimentConfig, weights: PretrainedWeights | undefined): ExperimentConfig {
  if (weights?.revision === undefined) return config;
  return { ...config, model: { ...config.model, revision: weights.revision } as ExperimentConfig["model"] };
}

/** A strategy that compares items draw by draw needs masks that all items share; all strategies get them, to be alike. */
function withConsistentDraws(config: ExperimentConfig): ExperimentConfig {
  const needing = strategyThatNeeds(config, "consistentDraws");
  const { patch = {} } = config.model;
  if (needing === undefined || (patch !== false && patch.method === "dropconnect")) return config;
  if (patch === false || patch.consistent === false) {
    throw new BaalError(
      "E_ARGUMENT",
      `The strategy ${needing} needs draws that all items share: leave model.patch.consistent out.`,
    );
  }
  return { ...config, model: { ...config.model, patch: { ...patch, consistent: true } } };
}

/** Of all that pick items, the one that picks the first among them. */
function strategyThatNeeds({ strategies, initialLabels }: ExperimentConfig, need: Need): string | undefined {
  const initial = typeof initialLabels === "object" && "strategy" in initialLabels ? [initialLabels.strategy] : [];
  const found = [...strategies, ...initial].find((spec) => strategyOf(spec).needs.includes(need));
  return found === undefined ? undefined : strategyLabel(found);
}

/** Whether the model's encoder is frozen and its head solved in each step. */
export function isSolved({ model }: Pick<ExperimentConfig, "model">): boolean {
  return "head" in model && model.head === "solved";
}

function checkSolved(config: ExperimentConfig): void {
  if (!isSolved(config)) return;
  const { training, pretraining, weights, model } = config;
  const method = typeof model.patch === "object" ? "model.patch" : undefined;
  const idle = Object.keys(training).length > 0 ? "training" : weights === "keep" ? "weights: keep" : method;
  if (idle !== undefined || pretraining !== undefined)
    throw new BaalError(
      "E_ARGUMENT",
      `model.head: solved trains nothing by steps, and draws from the head's posterior: leave ${idle ?? "pretraining"} out.`,
    );
}

/** Checks a model as far as can be done without making it. */
async function checkModel({ model }: ExperimentConfig): Promise<void> {
  if ("recipe" in model) await loadRecipe(String(model.recipe));
  if (!("architecture" in model)) return;
  const { patch: _, ...network } = model;
  imageNetworkConfig({ ...network, architecture: String(model.architecture) });
}

/** Without a patch every draw is the same, and one draw has nothing to differ from. */
function checkDraws(config: ExperimentConfig): void {
  const { model, evaluation, iterations } = config;
  const needing = strategyThatNeeds(config, "draws");
  if (needing !== undefined && iterations === 1)
    throw new BaalError("E_ARGUMENT", `The strategy ${needing} needs draws that differ: iterations is at least 2 with it.`);
  if (model.patch !== false) return;
  if (needing !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `The strategy ${needing} needs draws that differ: model.patch: false makes them all the same.`,
    );
  }
  if (evaluation.iterations > 1)
    throw new BaalError("E_ARGUMENT", "evaluation.iterations above 1 needs draws that differ: leave model.patch: false out.");
}

function checkTarget(config: ExperimentConfig, { validation }: LoadedData): void {
  const needing = strategyThatNeeds(config, "target");
  if (needing === undefined || validation.length > 0) return;
  throw new BaalError(
    "E_ARGUMENT",
    `The strategy ${needing} looks at items like those that the model will meet, validation items here: give dataset.validationShare.`,
  );
}

function outOfScopeOf({ outOfScope }: ExperimentConfig, data: LoadedData): OutOfScope | undefined {
  const label = outOfScope?.label ?? data.outOfScopeLabel;
  if (label === undefined) {
    if (outOfScope === undefined) return undefined;
    throw new BaalError(
      "E_ARGUMENT",
      "outOfScope.label is needed: this data set does not say which of its labels is out of scope.",
    );
  }
  if (!data.labels.includes(label)) {
    if (outOfScope === undefined) return undefined;
    throw new BaalError("E_DATA", `outOfScope.label: no item has the label "${label}".`);
  }
  return { label, protocol: outOfScope?.protocol ?? "class", score: outOfScope?.score ?? "maxSoftmax" };
}

function checkKind({ model, pretraining }: ExperimentConfig, { kind, about }: LoadedData): void {
  const reads = "recipe" in model || "config" in model ? "text" : "architecture" in model ? "image" : kind;
  if (reads !== kind) {
    throw new BaalError("E_ARGUMENT", `The model reads ${reads}s, and the data set ${about.name} holds ${kind}s.`);
  }
  if (pretraining !== undefined && kind !== "text") throw new BaalError("E_ARGUMENT", "pretraining is for models of texts.");
}

function checkMetrics(
  { evaluation, targets, stopping }: ExperimentConfig,
  labels: readonly string[],
  outOfScope: OutOfScope | undefined,
): void {
  const measured = knownMetrics({ outOfScope, rareClasses: evaluation.rareClasses });
  const watched = stopping?.earlyStopping?.metric;
  if (watched !== undefined && !measured.includes(watched))
    throw new BaalError("E_ARGUMENT", `stopping.earlyStopping: there is no metric ${watched}; there are ${measured.join(", ")}.`);
  const known = watched === undefined ? measured : [...measured, validationMetric(watched)];
  const unknown = [...(evaluation.metrics ?? []), ...Object.keys(targets ?? {})].filter((metric) => !known.includes(metric));
  if (unknown.length > 0) {
    throw new BaalError("E_ARGUMENT", `There is no metric ${unknown.join(", ")} here; there are ${known.join(", ")}.`);
  }
  const { rareClasses } = evaluation;
  const foreign = Array.isArray(rareClasses) ? rareClasses.filter((label) => !labels.includes(label)) : [];
  if (foreign.length > 0) {
    throw new BaalError("E_DATA", `evaluation.rareClasses: no item has the label ${foreign.join(", ")}.`);
  }
}

function checkTraining(
  { training, stopping }: ExperimentConfig,
  { data, labels }: { readonly data: LoadedData; readonly labels: readonly string[] },
): void {
  const { evalStrategy = "no", classWeights } = training;
  if (stopping?.earlyStopping !== undefined && data.validation.length === 0) {
    throw new BaalError(
      "E_ARGUMENT",
      "stopping.earlyStopping looks at validation items, which test items never stand in for: give dataset.validationShare.",
    );
  }
  if (evalStrategy !== "no" && data.validation.length === 0) {
    throw new BaalError(
      "E_ARGUMENT",
      `training.evalStrategy "${String(evalStrategy)}" needs validation items, which test items never stand in for: give dataset.validationShare.`,
    );
  }
  if (Array.isArray(classWeights) && classWeights.length !== labels.length) {
    throw new BaalError(
      "E_ARGUMENT",
      `training.classWeights has ${classWeights.length} numbers; there are ${labels.length} classes.`,
    );
  }
}

interface PoolLabels {
  readonly pool: readonly Row[];
  readonly labels: readonly string[];
  readonly labelOf: (row: Row) => string;
}

function initialLabelCount({ initialLabels }: ExperimentConfig, { pool, labels, labelOf }: PoolLabels): number {
  if (initialLabels === "all") return pool.length;
  if (typeof initialLabels === "number") return initialLabels;
  if ("strategy" in initialLabels) return initialLabels.count;
  const there = new Map<string, number>();
  for (const row of pool) there.set(labelOf(row), (there.get(labelOf(row)) ?? 0) + 1);
  const wanted =
    "perClass" in initialLabels
      ? Object.fromEntries(labels.map((label) => [label, initialLabels.perClass]))
      : initialLabels.classes;
  for (const [label, count] of Object.entries(wanted)) {
    if (!labels.includes(label)) throw new BaalError("E_DATA", `initialLabels.classes: no item has the label "${label}".`);
    if ((there.get(label) ?? 0) < count) {
      throw new BaalError(
        "E_DATA",
        `initialLabels asks for ${count} items of "${label}"; the pool has ${there.get(label) ?? 0}.`,
      );
    }
  }
  return Object.values(wanted).reduce((sum, count) => sum + count, 0);
}

/** The weights that an experiment begins with, where it does not draw them. */
export interface PretrainedWeights {
  readonly folder: string;
  /** The commit, of a model of the hub. */
  readonly revision?: string | undefined;
  /** Size and checksum, of a local folder. */
  readonly file?: DataFile | undefined;
}

/** Fetches the weights of `model.pretrained`, so that a run can say which they were. Throws `E_FILE_NOT_FOUND`, `E_HUB`, `E_MODEL_FORMAT`. */
async function pretrainedWeights(
  { model }: ExperimentConfig,
  { kind, place }: { readonly kind: ModelKind; readonly place: DataPlace },
): Promise<PretrainedWeights | undefined> {
  if (!("pretrained" in model)) return undefined;
  const { pretrained, revision, format } = model as { pretrained: string; revision?: string; format?: "safetensors" | "onnx" };
  const { hub = {}, signal } = place;
  const folder = await modelFolder(kind, pretrained, { ...hub, revision, format, signal });
  // The folders of the hub's cache are called after commits.
  return folder === pretrained ? { folder, file: await dataFile(folder) } : { folder, revision: basename(folder) };
}
