import { installMasks } from "../../bayesian/dropout-sites.js";
import type { LearnerOptions } from "../../core/bayesian-model.js";
import type { Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { GraphLossName } from "../../engine/autodiff/losses.js";
import { type TrainingGraph, trainingGraph } from "../../engine/autodiff/training-graph.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { createSession, type DeviceOptions, type Feed, type GraphSession } from "../../engine/runtime/session.js";
import { type GradientStore, gradientStore } from "./gradient-store.js";
import { addInputs, type InputAdapter, type InputFeeds, inputsOf, lengthsOf } from "./input-adapter.js";
import { maskFeeds } from "./mask-feeds.js";

export interface TrainingPassesOptions<Input> extends Omit<LearnerOptions, "loss"> {
  /** The loss of {@link TrainingPasses.supervised}. */
  readonly loss: { readonly name: GraphLossName };
  /** The forward graph, with what the losses read as its first output; a second one are log-variances. */
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  /** Columns of the arrays that a loss reads; those of contrastive losses are as many as their rows. */
  readonly classes: number | "square";
  readonly device: DeviceOptions;
  /** Embedding tables whose padding row is never trained, and that row. */
  readonly paddingRows: ReadonlyMap<string, number>;
}

/** Runs the training graph of one loss: gives the loss of a batch and collects the gradients. */
export type TrainingPass<Input> = (
  batch: readonly Example<Input>[],
  /** The step of the run, and the arrays that the loss reads. */
  options: { readonly step: number; readonly targets: ReadonlyMap<string, Float32Array> },
) => Promise<number>;

export interface TrainingPasses<Input> {
  /** The gradients that the passes give, summed. */
  readonly gradients: GradientStore;
  /** Batch normalisation's, which the passes move. */
  readonly statistics: RunningStatistics;
  /** Begins to read a batch's inputs; the pass that gets the very same array goes on from there. */
  prepare(batch: readonly Example<Input>[]): void;
  /** The pass of `options.loss`. */
  readonly supervised: TrainingPass<Input>;
  /** The pass of any loss; each is made when it is first asked for. */
  passOf(loss: GraphLossName): Promise<TrainingPass<Input>>;
  /** Gives the sessions back; no pass can be run any more. */
  release(): Promise<void>;
}

/** Training graphs of one forward graph: they share its masks, its parameters and the gradients. */
export async function createTrainingPasses<Input>(options: TrainingPassesOptions<Input>): Promise<TrainingPasses<Input>> {
  const isTrainable = options.isTrainable ?? (() => true);
  const { graph: masked, masks } = installMasks(options.graph, (site) => options.dropout !== false && site.rate > 0);
  const trainable = [...masked.parameters.keys()].filter(isTrainable);
  if (trainable.length === 0)
    throw new BaalError("E_ARGUMENT", "All parameters are frozen; leave at least one of them trainable.");
  const { batchNormalization = "batch" } = options;
  const graphOf = (loss: GraphLossName) =>
    trainingGraph(masked, {
      ...{ logits: masked.outputs[0]!, logVariance: masked.outputs[1] },
      ...{ loss, trainable, batchNormalization },
    });
  const first = graphOf(options.loss.name);
  const gradients = gradientStore(first, options);
  const statistics = runningStatistics(options.parameters);
  const prepared = new Map<readonly Example<Input>[], Promise<InputFeeds>>();
  const sessions: GraphSession[] = [];

  async function createPass(training: TrainingGraph): Promise<TrainingPass<Input>> {
    const { adapter, classes, seed } = options;
    const { fetches, collect } = gradients.bind(training);
    const session = await createSession(training.graph, options.device);
    sessions.push(session);
    const parameters = [...options.parameters].filter(([name]) => training.graph.parameters.has(name));
    const masksOf = maskFeeds(training.graph, masks, new Map());
    return async (batch, { step, targets }) => {
      const lengths = lengthsOf(adapter, batch);
      const paddedLength = Math.max(...lengths);
      const rows = batch.map((example, i) => ({ item: example.index, draw: step, length: lengths[i]! }));
      const feeds = new Map(parameters);
      addInputs(feeds, training.graph, statistics.feeds);
      for (const [name, feed] of masksOf.feeds(rows, { seed, paddedLength })) feeds.set(name, feed);
      const inputs = prepared.get(batch) ?? inputsOf(adapter, batch);
      prepared.delete(batch);
      addInputs(feeds, training.graph, await inputs);
      for (const [name, data] of targets) {
        const columns = classes === "square" ? Math.sqrt(data.length) : classes;
        feeds.set(name, { dtype: "float32", dims: [data.length / columns, columns], data });
      }
      const outputs = await session.run(feeds, fetches);
      collect(outputs);
      statistics.collect(training.updates, outputs);
      return (outputs.get(training.loss)!.data as Float32Array)[0]!;
    };
  }

  const supervised = await createPass(first);
  const passes = new Map<GraphLossName, Promise<TrainingPass<Input>>>();
  passes.set(options.loss.name, Promise.resolve(supervised));
  return {
    gradients,
    statistics,
    prepare(batch) {
      const inputs = inputsOf(options.adapter, batch);
      inputs.catch(() => undefined); // not unhandled: the pass awaits it
      prepared.set(batch, inputs);
    },
    supervised,
    passOf(loss) {
      let pass = passes.get(loss);
      if (!pass) {
        pass = createPass(graphOf(loss));
        passes.set(loss, pass);
      }
      return pass;
    },
    async release() {
      await Promise.all(sessions.splice(0).map((session) => session.release()));
    },
  };
}

/**
 * Running statistics while a step is computed: each pass goes on from the pass before, and the parameters change only when the step
 * is taken, so that a step that fails leaves them as they were.
 */
export interface RunningStatistics {
  /** Read by the next pass in place of the parameters. */
  readonly feeds: ReadonlyMap<string, Feed>;
  /** Takes what a pass gave: `updates` names the output of each statistic. */
  collect(updates: ReadonlyMap<string, string>, outputs: ReadonlyMap<string, Feed>): void;
  /** Forgets what passes gave since the last step. */
  reset(): void;
  /** Writes the statistics into the parameters. */
  commit(): void;
}

function runningStatistics(parameters: ReadonlyMap<string, Feed>): RunningStatistics {
  const feeds = new Map<string, Feed>();
  return {
    feeds,
    collect(updates, outputs) {
      for (const [name, output] of updates) feeds.set(name, outputs.get(output)!);
    },
    reset: () => feeds.clear(),
    commit() {
      for (const [name, { data }] of feeds) (parameters.get(name)!.data as Float32Array).set(data as Float32Array);
      feeds.clear();
    },
  };
}
