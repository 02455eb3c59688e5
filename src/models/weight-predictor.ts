import { setImmediate } from "node:timers/promises";
import type { Example } from "../data/dataset.js";
import { throwIfAborted } from "../errors.js";
import type { Graph } from "../onnx/graph.js";
import { activationSize, MAX_ACTIVATION_ELEMENTS } from "../runtime/activation-size.js";
import { type Batch, planBatches } from "../runtime/batching.js";
import { cutDeterministicPrefix } from "../runtime/deterministic-prefix.js";
import type { DeviceOptions } from "../runtime/device.js";
import type { Feed } from "../runtime/session.js";
import { addInputs, graphStage } from "./graph-stage.js";
import type { InputAdapter, InputFeeds } from "./input-adapter.js";
import { predictionSink } from "./prediction-sink.js";
import { prepareAhead } from "./prepare-ahead.js";
import type { WeightSamples } from "./weight-samples.js";

export interface WeightPredictorOptions<Input> {
  /** The forward graph without `Dropout` nodes; its only output are the logits `[batch, C]`. */
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  /** Parameters that differ from draw to draw. */
  readonly varying: ReadonlySet<string>;
  readonly device: DeviceOptions;
  /** Cuts off what is the same for each draw; on by default. */
  readonly reusePrefix?: boolean;
}

export interface WeightPredictorRunOptions {
  readonly draws: number;
  readonly samples: WeightSamples;
  /** Most tokens, padding included, in one pass. */
  readonly tokensPerBatch: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a model whose weights are other ones in each draw: draw by draw, all items with the same weights. */
export interface WeightPredictor<Input> {
  /** Logits `[n, C, draws]`, items in the order given. Throws `E_NOT_FINITE` naming the first item that is not finite. */
  run(examples: readonly Example<Input>[], options: WeightPredictorRunOptions): Promise<Float32Array>;
}

/** The prefix's results of this many floats (128 MB) wait for the draws at once. */
const MAX_WAITING_ELEMENTS = 32 * 1024 * 1024;

/** A batch that is ready for its draws. */
interface PreparedBatch {
  readonly batch: Batch;
  readonly feeds: ReadonlyMap<string, Feed>;
}

export async function createWeightPredictor<Input>(options: WeightPredictorOptions<Input>): Promise<WeightPredictor<Input>> {
  const { graph, adapter, varying } = options;
  const canCut = varying.size > 0 && options.reusePrefix !== false;
  const cut = canCut ? cutDeterministicPrefix(graph, varying) : undefined;
  const prefix = cut && (await graphStage(cut.prefix, options));
  const suffix = await graphStage(cut?.suffix ?? graph, options);
  const logits = graph.outputs[0]!;

  async function prepare(batch: Batch, data: InputFeeds, common: ReadonlyMap<string, Feed>) {
    const feeds = new Map(suffix.parameters);
    addInputs(feeds, suffix.graph, common);
    addInputs(feeds, suffix.graph, data);
    if (!prefix) return { prepared: { batch, feeds }, elements: 0 };
    const prefixFeeds = new Map(prefix.parameters);
    addInputs(prefixFeeds, prefix.graph, common);
    addInputs(prefixFeeds, prefix.graph, data);
    const boundary = await prefix.session.run(prefixFeeds);
    await setImmediate();
    addInputs(feeds, suffix.graph, boundary);
    return { prepared: { batch, feeds }, elements: [...boundary.values()].reduce((sum, feed) => sum + feed.data.length, 0) };
  }

  async function run(examples: readonly Example<Input>[], { draws, samples, tokensPerBatch, signal }: WeightPredictorRunOptions) {
    const lengths = examples.map((example) => adapter.length(example.input, example.index));
    const sink = predictionSink(examples, { draws });
    const drawAll = async (waiting: readonly PreparedBatch[]) => {
      for (let draw = 0; draw < draws; draw++) {
        const weights = await samples.at(draw);
        for (const { batch, feeds } of waiting) {
          throwIfAborted(signal, "The prediction");
          const outputs = await suffix.session.run(new Map([...feeds, ...weights]));
          sink.write(
            batch.positions.map((position) => ({ position, draw })),
            outputs.get(logits)!,
          );
          // A pass blocks the event loop; between two of them timers, signals and messages get their turn.
          await setImmediate();
        }
      }
    };
    let waiting: PreparedBatch[] = [];
    let waitingElements = 0;
    const size = activationSize(graph);
    const batches = planBatches(lengths, {
      capacity: (length) => Math.min(tokensPerBatch / length, MAX_ACTIVATION_ELEMENTS / size(length)),
    });
    const inputsOf = ({ positions, paddedLength }: Batch) =>
      adapter.feeds(
        positions.map((position) => examples[position]!.input),
        paddedLength,
      );
    for await (const [batch, inputs] of prepareAhead(batches, inputsOf)) {
      throwIfAborted(signal, "The prediction");
      const { prepared, elements } = await prepare(batch, inputs, samples.common);
      waiting.push(prepared);
      waitingElements += elements;
      if (waitingElements < MAX_WAITING_ELEMENTS) continue;
      await drawAll(waiting);
      waiting = [];
      waitingElements = 0;
    }
    await drawAll(waiting);
    return sink.collected();
  }
  return { run };
}
