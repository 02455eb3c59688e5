import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installMasks } from "../../bayesian/dropout-sites.js";
import type { LossName, StateDict } from "../../core/bayesian-model.js";
import type { Dataset, RawItems } from "../../core/dataset.js";
import { DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { featureItems } from "../../data/features/feature-dataset.js";
import { checkFeatureVector, checkStatistics, type FeatureStatistics } from "../../data/features/feature-statistics.js";
import { bakeParameters } from "../../engine/onnx/parameters.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { readSafetensorsFolder } from "../../engine/safetensors/read-safetensors-folder.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import { sha256 } from "../../system/digest.js";
import { writeFolderAtomic } from "../../system/files.js";
import { loadCalibrator, saveCalibrator } from "../checkpoint/calibration-file.js";
import { matchCheckpoint } from "../checkpoint/match-checkpoint.js";
import { HEAD_MODEL_TYPE, readModelConfig } from "../checkpoint/model-kind.js";
import { checkLabels, labelsOfConfig, labelTables } from "../checkpoint/model-labels.js";
import { checkTask, problemType, taskOfConfig } from "../checkpoint/model-task.js";
import { loadThresholds, saveThresholds } from "../checkpoint/thresholds.js";
import { loadVariance, saveVariance } from "../checkpoint/variance-file.js";
import { type Classification, type ClassifyOptions, inputList } from "../classification.js";
import type { Estimate, EstimateOptions } from "../estimation.js";
import { GraphClassifier, type ModelSource } from "../graph/graph-classifier.js";
import { type InitialWeightsOptions, initialWeights } from "../graph/initial-weights.js";
import type { InputAdapter } from "../graph/input-adapter.js";
import { loadOutOfScopeRule, saveOutOfScopeRule } from "../out-of-scope/rule.js";
import { type HeadConfig, headConfig, savedHeadConfig } from "./head-config.js";
import { FEATURES, headGraph, headInitialization } from "./head-graph.js";

/** Fields left out have the defaults that {@link HeadConfig} names. */
export type HeadOptions = Pick<HeadConfig, "inputDim"> &
  Partial<HeadConfig> & {
    /** Another name of `hiddenSizes`. */
    readonly hiddenDims?: readonly number[] | undefined;
    /** Standardises features: `featureStatistics(dataset)` of the data at hand. Saved with the model. Features as they are by default. */
    readonly normalise?: FeatureStatistics | undefined;
  };

export interface HeadFromConfigOptions extends DeviceOptions {
  /** The names of the classes, or of a regression's numbers. */
  readonly labels: readonly string[];
  /** `"single"` by default: one label an item. */
  readonly task?: Task | undefined;
  /** Draws all weights; 42 by default. */
  readonly seed?: number | undefined;
}

interface HeadModelData {
  readonly config: HeadConfig;
  readonly normalise: FeatureStatistics | undefined;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly task: Task;
  readonly initialization: InitialWeightsOptions;
  readonly fresh: ReadonlySet<string>;
  readonly device: DeviceOptions;
  readonly source: ModelSource;
}

/** A step of a smaller head is over before a second thread has got to work; waiting for it takes time from the optimizer. */
const LEAST_SHARED_WEIGHTS = 1_000_000;
/** As many numbers as the head's `inputDim`. */
export type FeatureVector = Float32Array | readonly number[];

function isVector(value: unknown): value is FeatureVector {
  return value instanceof Float32Array || (Array.isArray(value) && value.length > 0 && typeof value[0] === "number");
}

const MEAN = "features.mean";
const DEVIATION = "features.deviation";

/**
 * A Bayesian classifier over feature vectors of a frozen encoder: linear, or an MLP, with dropout in front of each linear layer. It
 * trains in seconds and is patched, ensembled and scored like every other model; `features()` are what its last layer reads.
 *
 * @example
 * ```ts
 * import { HeadClassifier } from "baaljs";
 *
 * const head = HeadClassifier.fromConfig({ inputDim: 4, hiddenSizes: [8], dropout: 0.5 }, { labels: ["no", "yes"], seed: 1 });
 * const { label } = await head.classify([0.1, 0.2, 0.3, 0.4]);
 * ```
 */
export class HeadClassifier extends GraphClassifier<Float32Array> {
  readonly config: HeadConfig;
  /** The statistics that features are standardised by. */
  readonly normalise: FeatureStatistics | undefined;

  private constructor({ config, normalise, weights, labels, task, initialization, fresh, device, source }: HeadModelData) {
    super({
      graph: headGraph(config, labels.length),
      weights,
      labels,
      task,
      adapter: headAdapter(config.inputDim, normalise),
      device,
      learnerDevice: { ...device, threads: device.threads ?? (weightCount(weights) < LEAST_SHARED_WEIGHTS ? 1 : undefined) },
      initialization,
      architecture: "head",
      source,
      isFresh: (name) => fresh.has(name),
    });
    this.config = config;
    this.normalise = normalise;
  }

  /**
   * A head with random weights, drawn as PyTorch draws linear layers. Throws `E_ARGUMENT`.
   *
   * @example
   * ```ts
   * import { HeadClassifier } from "baaljs";
   *
   * const linear = HeadClassifier.fromConfig({ inputDim: 768 }, { labels: ["card", "delay"], seed: 1 });
   * ```
   */
  static fromConfig({ normalise, ...fields }: HeadOptions, options: HeadFromConfigOptions): HeadClassifier {
    const { labels, seed = DEFAULT_SEED, task = "single", ...device } = options;
    checkLabels(labels);
    checkTask(task);
    const config = headConfig(fields);
    if (normalise) checkStatistics(normalise, config.inputDim);
    const initialization = headInitialization(config, seed);
    const weights = initialWeights(headGraph(config, labels.length), initialization);
    const fresh = new Set(weights.keys());
    return new HeadClassifier({ config, normalise, weights, labels, task, initialization, fresh, device, source: "config" });
  }

  /** Loads a folder that {@link save} wrote. Throws `E_FILE_NOT_FOUND`, `E_MODEL_FORMAT` or `E_ARGUMENT`, naming the file and the reason. */
  static async fromPretrained(folder: string, device: DeviceOptions = {}): Promise<HeadClassifier> {
    const { model_type: modelType, head, ...json } = await readModelConfig(folder);
    const path = join(folder, "config.json");
    if (modelType !== HEAD_MODEL_TYPE) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${path}: model_type is ${JSON.stringify(modelType)} where "${HEAD_MODEL_TYPE}" was expected; the folder holds another kind of model.`,
      );
    }
    const config = headConfig(head, path);
    const labels = labelsOfConfig(json);
    if (!labels) throw new BaalError("E_MODEL_FORMAT", `${path} names no labels: "id2label" is missing.`);
    const checkpoint = await readSafetensorsFolder(folder);
    const initialization = headInitialization(config, DEFAULT_SEED);
    const { weights, fresh } = matchCheckpoint(headGraph(config, labels.length), checkpoint, {
      source: folder,
      prefix: "head",
      mayBeFresh: () => false,
      mustBeFresh: () => false,
      initialization,
    });
    const [mean, deviation] = [checkpoint.get(MEAN)?.data, checkpoint.get(DEVIATION)?.data];
    const normalise = mean && deviation ? { mean, deviation } : undefined;
    if (normalise) checkStatistics(normalise, config.inputDim);
    const task = taskOfConfig(json);
    const source = "safetensors";
    const model = new HeadClassifier({ config, normalise, weights, labels, task, initialization, fresh, device, source });
    model.outOfScope = await loadOutOfScopeRule(folder);
    model.thresholds = await loadThresholds(folder, labels);
    model.calibrator = await loadCalibrator(folder, labels);
    const variance = await loadVariance(folder);
    if (variance) model.adoptVariance(variance);
    return model;
  }

  /**
   * Labels with probabilities for one feature vector or several, for a service. Throws `E_DATA` for a vector of another width or with
   * numbers that are not finite, `E_ARGUMENT` for an empty list.
   *
   * @example
   * ```ts
   * import { HeadClassifier } from "baaljs";
   *
   * const head = HeadClassifier.fromConfig({ inputDim: 3 }, { labels: ["card", "delay"], seed: 1 });
   * const { label, probability } = await head.classify(Float32Array.of(1, 2, 3)); // or a list of numbers
   * const answers = await head.classify([[1, 2, 3], [3, 2, 1]], { iterations: 4 });
   * ```
   */
  classify(vector: FeatureVector, options?: ClassifyOptions): Promise<Classification>;
  classify(vectors: readonly FeatureVector[], options?: ClassifyOptions): Promise<Classification[]>;
  async classify(
    given: FeatureVector | readonly FeatureVector[],
    options: ClassifyOptions = {},
  ): Promise<Classification | Classification[]> {
    const answers = await this.classifyInputs(this.#inputs(given, "classify"), options);
    return isVector(given) ? answers[0]! : answers;
  }

  /**
   * Numbers with their spread for one feature vector or several, of a head whose task is `"regression"`. Throws as {@link classify}.
   *
   * @example
   * ```ts
   * import { HeadClassifier } from "baaljs";
   *
   * const head = HeadClassifier.fromConfig({ inputDim: 3, dropout: 0.2 }, { labels: ["price"], task: "regression", seed: 1 });
   * const { value, deviation } = await head.estimate([1, 2, 3], { iterations: 20 });
   * ```
   */
  estimate(vector: FeatureVector, options?: EstimateOptions): Promise<Estimate>;
  estimate(vectors: readonly FeatureVector[], options?: EstimateOptions): Promise<Estimate[]>;
  async estimate(given: FeatureVector | readonly FeatureVector[], options: EstimateOptions = {}): Promise<Estimate | Estimate[]> {
    const answers = await this.estimateInputs(this.#inputs(given, "estimate"), options);
    return isVector(given) ? answers[0]! : answers;
  }

  #inputs(given: FeatureVector | readonly FeatureVector[], name: string): Float32Array[] {
    return inputList<FeatureVector>(given, { name, what: "a feature vector", isInput: isVector }).map((vector, i) => {
      const numbers = vector instanceof Float32Array ? vector : Float32Array.from(vector);
      checkFeatureVector(numbers, i, this.config.inputDim);
      return numbers;
    });
  }

  /** Feature vectors, or rows with the columns `features` and `label`, as this head's data set. Throws `E_DATA`. */
  datasetOf(items: RawItems, { loss }: { readonly loss?: LossName | undefined } = {}): Dataset<Float32Array> {
    return featureItems(items, { labels: this.labels, loss });
  }

  override async featureFingerprint(): Promise<string> {
    const own = await super.featureFingerprint();
    if (!this.normalise) return own;
    const { mean, deviation } = this.normalise;
    return sha256(own, mean, deviation);
  }

  /** Writes config.json, model.safetensors and onnx/model.onnx (which takes features as they come), all or nothing. */
  async save(folder: string): Promise<void> {
    const { encodeModel } = await import("../../engine/onnx/encode.js");
    const { config, normalise, labels } = this;
    const weights = this.parts.weights;
    const table: StateDict = new Map(weights);
    if (normalise) {
      table.set(MEAN, { dims: [config.inputDim], data: normalise.mean });
      table.set(DEVIATION, { dims: [config.inputDim], data: normalise.deviation });
    }
    const json = {
      model_type: HEAD_MODEL_TYPE,
      head: savedHeadConfig(config),
      ...problemType(this.task),
      ...labelTables(labels),
    };
    const graph = installMasks(headGraph(config, labels.length, normalise), () => false).graph;
    await writeFolderAtomic(folder, async (target) => {
      await writeFile(join(target, "config.json"), `${JSON.stringify(json, null, 2)}\n`);
      await writeSafetensors(join(target, "model.safetensors"), table);
      await saveOutOfScopeRule(target, this.outOfScope);
      await saveThresholds(target, this);
      await saveCalibrator(target, this.calibrator);
      await saveVariance(target, this.varianceWeights);
      await mkdir(join(target, "onnx"));
      await writeFile(join(target, "onnx", "model.onnx"), encodeModel(bakeParameters(graph, weights)));
    });
  }
}

function weightCount(weights: StateDict): number {
  return [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/**
 * Feature vectors as one matrix `[rows, D]`, standardised on the way where statistics are given: the graph, and with it the session,
 * is the same for all of them.
 */
function headAdapter(width: number, normalise: FeatureStatistics | undefined): InputAdapter<Float32Array> {
  return {
    length(vector, item) {
      checkFeatureVector(vector, item, width);
      return 1;
    },
    feeds(vectors) {
      let data = normalise ? undefined : adjoining(vectors);
      if (data === undefined) {
        const copied = new Float32Array(vectors.length * width);
        vectors.forEach((vector, row) => {
          if (normalise) standardise(vector, normalise, copied.subarray(row * width, (row + 1) * width));
          else copied.set(vector, row * width);
        });
        data = copied;
      }
      return new Map([[FEATURES, { dtype: "float32", dims: [vectors.length, width], data }]]);
    },
  };
}

/** The vectors as one array without copying, where they lie one behind the other: those of a `FeatureDataset` in its order. */
function adjoining(vectors: readonly Float32Array[]): Float32Array | undefined {
  const { buffer, byteOffset, byteLength, length } = vectors[0]!;
  const isAdjoining = vectors.every((vector, i) => vector.buffer === buffer && vector.byteOffset === byteOffset + i * byteLength);
  return isAdjoining ? new Float32Array(buffer, byteOffset, vectors.length * length) : undefined;
}

function standardise(vector: Float32Array, { mean, deviation }: FeatureStatistics, target: Float32Array): void {
  for (let d = 0; d < target.length; d++) target[d] = (vector[d]! - mean[d]!) / deviation[d]!;
}
