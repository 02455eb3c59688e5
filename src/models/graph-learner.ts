import { encodeTargets, lossNormalizer } from "../autodiff/targets.js";
import { type ParameterGradient, type TrainingGraph, trainingGraph } from "../autodiff/training-graph.js";
import { installMasks } from "../bayesian/dropout-sites.js";
import type { Example } from "../data/dataset.js";
import { BaalError } from "../errors.js";
import type { Graph } from "../onnx/graph.js";
import type { DeviceOptions } from "../runtime/device.js";
import { createSession, type Feed } from "../runtime/session.js";
import type { Gradient, Learner, LearnerOptions, ParameterUpdate, StepResult } from "./bayesian-model.js";
import type { InputAdapter } from "./input-adapter.js";
import { maskFeeds } from "./mask-feeds.js";
import { type RowGradients, rowGradients } from "./row-gradients.js";

export interface GraphLearnerOptions<Input> extends LearnerOptions {
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  readonly classes: number;
  readonly device: DeviceOptions;
  /** Embedding tables whose padding row is never trained, and that row. */
  readonly paddingRows: ReadonlyMap<string, number>;
}

/** Trains a graph's parameters in place: the training graph gives loss and gradients, the optimizer updates the arrays. */
export async function createGraphLearner<Input>(options: GraphLearnerOptions<Input>): Promise<Learner<Input>> {
  const { adapter, optimizer, loss, classes } = options;
  const isTrainable = options.isTrainable ?? (() => true);
  const { graph: masked, masks } = installMasks(options.graph, (site) => options.dropout !== false && site.rate > 0);
  const trainable = [...masked.parameters.keys()].filter(isTrainable);
  if (trainable.length === 0)
    throw new BaalError("E_ARGUMENT", "All parameters are frozen; leave at least one of them trainable.");
  const training = trainingGraph(masked, { logits: masked.outputs[0]!, loss: loss.name, trainable });
  const session = await createSession(training.graph, options.device);
  const parameters = [...options.parameters].filter(([name]) => training.graph.parameters.has(name));
  const masksOf = maskFeeds(training.graph, masks, new Map());
  const gradients = gradientStore(training, options);

  async function runMicroBatch(batch: readonly Example<Input>[], step: number, normalizer: number): Promise<number> {
    const lengths = batch.map((example) => adapter.length(example.input));
    const paddedLength = Math.max(...lengths);
    const rows = batch.map((example, i) => ({ item: example.index, draw: step, length: lengths[i]! }));
    const feeds = new Map(parameters);
    for (const [name, feed] of masksOf.feeds(rows, { seed: options.seed, paddedLength })) feeds.set(name, feed);
    for (const [name, feed] of adapter.feeds(
      batch.map((example) => example.input),
      paddedLength,
    )) {
      if (training.graph.inputs.has(name)) feeds.set(name, feed);
    }
    for (const [name, data] of encodeTargets(
      batch.map((example) => example.target),
      loss,
      classes,
      normalizer,
    )) {
      feeds.set(name, { dtype: "float32", dims: [batch.length, classes], data });
    }
    const outputs = await session.run(feeds, gradients.fetches);
    gradients.collect(outputs);
    return (outputs.get(training.loss)!.data as Float32Array)[0]!;
  }

  return {
    async step(microBatches, { step, learningRate }): Promise<StepResult> {
      const normalizer = lossNormalizer(
        microBatches.flatMap((batch) => batch.map((example) => example.target)),
        loss,
      );
      gradients.reset(microBatches.length);
      let total = 0;
      for (const batch of microBatches) total += await runMicroBatch(batch, step, normalizer);
      const updates = gradients.updates();
      const gradientNorm = globalNorm(updates.map((update) => update.gradient));
      if (!Number.isFinite(total) || !Number.isFinite(gradientNorm)) {
        throw new BaalError(
          "E_NOT_FINITE",
          `The loss is ${total} and the gradient's norm ${gradientNorm} at step ${step} with learning rate ${learningRate}; the weights were not updated. Lower the learning rate or clip the gradient (maxGradNorm).`,
        );
      }
      // torch.nn.utils.clip_grad_norm_: scale = max_norm / (norm + 1e-6), never above 1
      optimizer.step(updates, { learningRate, gradientScale: Math.min(1, options.maxGradNorm / (gradientNorm + 1e-6)) });
      return { loss: total, gradientNorm };
    },
  };
}

/** Keeps one gradient per trainable parameter over the micro-batches of a step. */
function gradientStore<Input>(training: TrainingGraph, options: GraphLearnerOptions<Input>) {
  const entries = [...training.gradients].map(([name, gradient]) => parameterEntry(name, gradient, options));
  const wanted = new Map<string, Feed | null>(training.graph.outputs.map((name) => [name, null]));
  for (const entry of entries) if (entry.buffer) wanted.set(entry.buffer.output, entry.buffer.feed);
  return {
    fetches: wanted as ReadonlyMap<string, Feed | null>,
    reset(microBatches: number) {
      for (const entry of entries) entry.reset(microBatches);
    },
    collect(outputs: ReadonlyMap<string, Feed>) {
      for (const entry of entries) entry.collect(outputs);
    },
    updates: (): ParameterUpdate[] => entries.map((entry) => entry.update()),
  };
}

function parameterEntry<Input>(
  name: string,
  gradient: ParameterGradient,
  { parameters, paddingRows }: GraphLearnerOptions<Input>,
) {
  const { dims, data } = parameters.get(name)!;
  const weights = data as Float32Array;
  const paddingRow = paddingRows.get(name);
  /** Each run writes the dense gradient here, in place. */
  const latest = gradient.dense === undefined ? undefined : new Float32Array(weights.length);
  /** The sum over micro-batches; with a single one, `latest` itself. */
  let sum = latest;
  let rows: RowGradients | undefined;
  return {
    buffer: latest && { output: gradient.dense!, feed: { dtype: "float32", dims, data: latest } satisfies Feed },
    reset(microBatches: number) {
      rows = gradient.rows.length > 0 ? rowGradients(dims[1]!, { paddingRow }) : undefined;
      if (!latest || microBatches === 1) sum = latest;
      else if (sum === latest) sum = new Float32Array(latest.length);
      else sum?.fill(0);
    },
    collect(outputs: ReadonlyMap<string, Feed>) {
      for (const { ids, values } of gradient.rows) {
        rows!.add(outputs.get(ids)!.data as BigInt64Array, outputs.get(values)!.data as Float32Array);
      }
      if (latest && sum && sum !== latest) accumulate(sum, latest);
    },
    update: (): ParameterUpdate => ({ name, dims, weights, gradient: combine(sum, rows?.gradient()) }),
  };
}

function accumulate(sum: Float32Array, addend: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += addend[i]!;
}

/** A tied embedding has both: its rows are added into the dense part. */
function combine(dense: Float32Array | undefined, rows: Gradient | undefined): Gradient {
  if (!dense) return rows!;
  if (rows?.kind === "rows") {
    const width = rows.rows.length === 0 ? 0 : rows.data.length / rows.rows.length;
    rows.rows.forEach((row, i) => {
      for (let j = 0; j < width; j++) dense[row * width + j]! += rows.data[i * width + j]!;
    });
  }
  return { kind: "dense", data: dense };
}

/** sqrt(sum over all gradients of g^2) */
function globalNorm(gradients: readonly Gradient[]): number {
  let sum = 0;
  for (const { data } of gradients) for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!;
  return Math.sqrt(sum);
}
