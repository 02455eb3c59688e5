import { join } from "node:path";
import type {
  BayesianModel,
  Learner,
  LearnerOptions,
  ParameterUpdate,
  PredictOptions,
  StateDict,
} from "../../src/core/bayesian-model.js";
import type { Dataset, Example, Target } from "../../src/core/dataset.js";
import { BaalError, throwIfAborted } from "../../src/core/errors.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom, deriveSeed } from "../../src/core/random.js";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";

export type Features = readonly number[];

/** Softmax regression with dropout on its inputs: a whole {@link BayesianModel} with closed-form gradients. */
export class LinearModel implements BayesianModel<Features> {
  readonly labels: readonly string[];
  isStochastic = false;
  /** What the learner was asked to do, for tests to look at. */
  readonly learnerOptions: LearnerOptions[] = [];
  readonly steps: { readonly step: number; readonly learningRate: number; readonly batches: number[][] }[] = [];
  readonly #features: number;
  readonly #rate: number;
  readonly #initial: Float32Array;
  #weight: Float32Array;
  #bias: Float32Array;

  constructor(options: {
    readonly features: number;
    readonly labels: readonly string[];
    readonly rate?: number;
    readonly seed?: number;
  }) {
    this.labels = options.labels;
    this.#features = options.features;
    this.#rate = options.rate ?? 0.2;
    const random = createRandom(options.seed ?? 1);
    this.#initial = Float32Array.from({ length: options.labels.length * options.features }, () => 0.1 * random.normal());
    this.#weight = this.#initial.slice();
    this.#bias = new Float32Array(options.labels.length);
  }

  async *predict(dataset: Dataset<Features>, options: PredictOptions = {}): AsyncGenerator<Predictions> {
    const { iterations = 1, seed = 0, chunkSize = 1024, signal } = options;
    const isRandom = options.mode === "mc" || (options.mode === undefined && this.isStochastic);
    const classes = this.labels.length;
    for (let start = 0; start < dataset.length; start += chunkSize) {
      throwIfAborted(signal, "Prediction");
      const n = Math.min(chunkSize, dataset.length - start);
      const data = new Float32Array(n * classes * iterations);
      const items = Array.from({ length: n }, (_, i) => dataset.at(start + i));
      items.forEach((item, i) => {
        for (let k = 0; k < iterations; k++) {
          const input = isRandom ? this.#dropped(item, seed, k) : item.input;
          this.#logits(input).forEach((logit, c) => {
            data[(i * classes + c) * iterations + k] = logit;
          });
        }
      });
      yield predictions(
        "logits",
        [n, classes, iterations],
        data,
        items.map(({ index }) => index),
      );
    }
  }

  async createLearner(options: LearnerOptions): Promise<Learner<Features>> {
    this.learnerOptions.push(options);
    return {
      step: async (microBatches, { step, learningRate }) => {
        this.steps.push({ step, learningRate, batches: microBatches.map((batch) => batch.map(({ index }) => index)) });
        const { loss, weight, bias } = this.#gradients(microBatches.flat(), options, step);
        const gradientNorm = Math.hypot(...weight, ...bias);
        if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw new BaalError("E_NOT_FINITE", `The loss is ${loss}.`);
        const all: ParameterUpdate[] = [
          {
            name: "weight",
            dims: [this.labels.length, this.#features],
            weights: this.#weight,
            gradient: { kind: "dense", data: weight },
          },
          { name: "bias", dims: [this.labels.length], weights: this.#bias, gradient: { kind: "dense", data: bias } },
        ];
        const updates = all.filter(({ name }) => options.isTrainable?.(name) ?? true);
        const gradientScale = Math.min(1, options.maxGradNorm / (gradientNorm + 1e-6));
        options.optimizer.step(updates, { learningRate, gradientScale });
        return { loss, gradientNorm };
      },
    };
  }

  stateDict(): StateDict {
    return new Map([
      ["weight", { dims: [this.labels.length, this.#features], data: this.#weight }],
      ["bias", { dims: [this.labels.length], data: this.#bias }],
    ]);
  }

  loadStateDict(state: StateDict): void {
    for (const [name, { data }] of this.stateDict()) {
      const loaded = state.get(name);
      if (loaded?.data.length !== data.length) throw new BaalError("E_CHECKPOINT", `${name} does not fit.`);
      data.set(loaded.data);
    }
  }

  resetWeights(): void {
    this.#weight = this.#initial.slice();
    this.#bias = new Float32Array(this.labels.length);
  }

  async save(folder: string): Promise<void> {
    await writeSafetensors(join(folder, "model.safetensors"), this.stateDict());
  }

  /** Weights and biases in one array, copied. */
  weights(): number[] {
    return [...this.#weight, ...this.#bias];
  }

  #logits(input: Features): number[] {
    return this.labels.map((_, c) =>
      input.reduce((sum, x, d) => sum + x * this.#weight[c * this.#features + d]!, this.#bias[c]!),
    );
  }

  #dropped({ input, index }: Example<Features>, seed: number, draw: number): Features {
    const random = createRandom(deriveSeed(seed, draw, index));
    return input.map((x) => (random.uniform() < this.#rate ? 0 : x / (1 - this.#rate)));
  }

  /** d loss / d logit_c = (softmax_c - [c = target]) / N */
  #gradients(items: readonly Example<Features>[], { seed, dropout = true }: LearnerOptions, step: number) {
    const weight = new Float32Array(this.#weight.length);
    const bias = new Float32Array(this.#bias.length);
    let loss = 0;
    for (const item of items) {
      const input = dropout ? this.#dropped(item, seed, step) : item.input;
      const logits = this.#logits(input);
      const max = Math.max(...logits);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit - max), 0);
      loss += (max + Math.log(sum) - logits[item.target as number]!) / items.length;
      logits.forEach((logit, c) => {
        const delta = (Math.exp(logit - max) / sum - (c === item.target ? 1 : 0)) / items.length;
        bias[c]! += delta;
        for (let d = 0; d < this.#features; d++) weight[c * this.#features + d]! += delta * input[d]!;
      });
    }
    return { loss, weight, bias };
  }
}

/** A data set of rows; an item's dataset index is its position plus `offset`. */
export function rowsDataset(
  rows: readonly { readonly input: Features; readonly target: Target }[],
  offset = 0,
): Dataset<Features> {
  return {
    length: rows.length,
    at(position) {
      const row = rows[position];
      if (row === undefined) throw new BaalError("E_ARGUMENT", `There is no position ${position}.`);
      return { index: position + offset, ...row };
    },
  };
}

/** `n` labelled points around three centres in four dimensions. */
export function blobs(n: number, seed = 7, offset = 0): Dataset<Features> {
  const random = createRandom(seed);
  const rows = Array.from({ length: n }, (_, i) => {
    const target = i % 3;
    return { input: Array.from({ length: 4 }, (_, d) => (d === target ? 1.5 : 0) + random.normal() * 0.5), target };
  });
  return rowsDataset(rows, offset);
}

export function linearModel(): LinearModel {
  return new LinearModel({ features: 4, labels: ["red", "green", "blue"] });
}
