import { setImmediate } from "node:timers/promises";
import { installMasks } from "../../bayesian/dropout-sites.js";
import type { BatchRow } from "../../bayesian/fill-masks.js";
import { keepChannels } from "../../bayesian/keep-channels.js";
import type { DropoutPatch } from "../../bayesian/model-patch.js";
import type { Example } from "../../core/dataset.js";
import { throwIfAborted } from "../../core/errors.js";
import { prepareAhead } from "../../core/prepare-ahead.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { activationSize, type Batch, MAX_ACTIVATION_ELEMENTS, planBatches } from "../../engine/runtime/batching.js";
import { cutDeterministicPrefix } from "../../engine/runtime/deterministic-prefix.js";
import { createSession, type DeviceOptions, type Feed, type GraphSession } from "../../engine/runtime/session.js";
import type { InputAdapter, InputFeeds } from "./input-adapter.js";
import { keptChannelFeeds, maskFeeds } from "./mask-feeds.js";
import { type OutputRow, predictionSink } from "./prediction-sink.js";
import type { WeightSamples } from "./weight-samples.js";

export interface PredictorOptions<Input> {
  /** The forward graph with its `Dropout` nodes; its only output is `[batch, C]`: logits, or another row per item. */
  readonly graph: Graph;
  /** What a number of the output is called in errors; "logit" by default. */
  readonly outputName?: string;
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  /** `undefined`: dropout off. */
  readonly patch: DropoutPatch | undefined;
  readonly device: DeviceOptions;
  /** Computes once what is the same for each draw, and no channel that a whole draw drops; on by default. */
  readonly shortcuts?: boolean;
}

export interface PredictorRunOptions {
  readonly draws: number;
  readonly seed: number;
  /** Most tokens, padding included, in one pass. */
  readonly tokensPerBatch: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a model over items: batches them by length, feeds masks, repeats the deterministic prefix's results for the draws. */
export interface Predictor<Input> {
  /** Outputs (logits) `[n, C, draws]`, items in the order given. Throws `E_NOT_FINITE` naming the first item that is not finite. */
  run(examples: readonly Example<Input>[], options: PredictorRunOptions): Promise<Float32Array>;
}

/** Masks of one batch never take more than this many floats (256 MB). */
const MAX_MASK_ELEMENTS = 64 * 1024 * 1024;

export async function createPredictor<Input>(options: PredictorOptions<Input>): Promise<Predictor<Input>> {
  const { adapter, patch } = options;
  const { graph, masks } = installMasks(options.graph, (site) => patch?.rates.has(site.name) ?? false);
  const rates = patch?.rates ?? new Map<string, number>();
  const shortcuts = masks.length > 0 && options.shortcuts !== false;
  const cut = shortcuts ? cutDeterministicPrefix(graph, new Set(masks.map((mask) => mask.input))) : undefined;
  const prefix = cut && (await graphStage(cut.prefix, options));
  const random = cut?.suffix ?? graph;
  const reduced = shortcuts && patch?.isConsistent ? keepChannels(random, masks) : { graph: random, kept: [] };
  const suffix = await graphStage(reduced.graph, options);
  const others = masks.filter((mask) => reduced.kept.every((kept) => kept.mask !== mask));
  const masksOf = maskFeeds(suffix.graph, others, rates, { isShared: patch?.isConsistent ?? false });
  // Then all rows of a pass are of one draw.
  const mostDraws = reduced.kept.length > 0 ? 1 : undefined;
  const logits = graph.outputs[0]!;

  async function run(examples: readonly Example<Input>[], { draws, seed, tokensPerBatch, signal }: PredictorRunOptions) {
    const lengths = examples.map((example) => adapter.length(example.input, example.index));
    const fits = (size: (length: number) => number) => (length: number) =>
      Math.min(tokensPerBatch / length, MAX_ACTIVATION_ELEMENTS / size(length));
    const rowsFit = fits(activationSize(random));
    const capacity = (length: number) =>
      Math.min(rowsFit(length), MAX_MASK_ELEMENTS / Math.max(1, masksOf.elementsPerRow(length)));
    const sink = predictionSink(examples, { draws, outputName: options.outputName });
    const inputsOf = (batch: Batch) =>
      adapter.feeds(
        batch.positions.map((position) => examples[position]!.input),
        batch.paddedLength,
      );
    const pass = async (batch: Batch, inputs: InputFeeds) => {
      throwIfAborted(signal, "The prediction");
      const rows = batchRows(examples, lengths, batch);
      const feeds = new Map([
        ...suffix.parameters,
        ...masksOf.feeds(rows, { seed, paddedLength: batch.paddedLength }),
        ...keptChannelFeeds(reduced.kept, rates, { seed, draw: batch.firstDraw }),
      ]);
      addInputs(feeds, suffix.graph, inputs);
      const outputs = await suffix.session.run(feeds);
      sink.write(rows, outputs.get(logits)!);
      // A pass blocks the event loop; between two of them timers, signals and messages get their turn.
      await setImmediate();
    };
    const batches = planBatches(lengths, {
      draws: prefix ? 1 : draws,
      mostDraws,
      capacity: prefix ? fits(activationSize(prefix.graph)) : capacity,
    });
    for await (const [batch, inputs] of prepareAhead(batches, inputsOf)) {
      throwIfAborted(signal, "The prediction");
      const count = batch.positions.length;
      if (!prefix) {
        await pass(batch, repeatRows(inputs, count, [...batch.positions.keys()], batch.draws));
        continue;
      }
      const feeds = new Map(prefix.parameters);
      addInputs(feeds, prefix.graph, inputs);
      const reused = await prefix.session.run(feeds);
      const boundary = new Map([...inputs, ...reused].filter(([name]) => suffix.graph.inputs.has(name)));
      const sameLength = batch.positions.map(() => batch.paddedLength);
      for (const inner of planBatches(sameLength, { draws, mostDraws, capacity })) {
        const positions = inner.positions.map((i) => batch.positions[i]!);
        await pass({ ...inner, positions }, repeatRows(boundary, count, inner.positions, inner.draws));
      }
    }
    return sink.collected();
  }
  return { run };
}

type PositionedRow = BatchRow & OutputRow;

/** Item by item, draw by draw. */
function batchRows(examples: readonly Example<unknown>[], lengths: readonly number[], batch: Batch): PositionedRow[] {
  return batch.positions.flatMap((position) =>
    Array.from({ length: batch.draws }, (_, k) => ({
      position,
      item: examples[position]!.index,
      draw: batch.firstDraw + k,
      length: lengths[position]!,
    })),
  );
}

/** Each chosen item's rows, once per draw; the first axis of every feed counts `items` items. */
function repeatRows(feeds: InputFeeds, items: number, chosen: readonly number[], draws: number): InputFeeds {
  if (draws === 1 && chosen.length === items) return feeds;
  return new Map(
    [...feeds].map(([name, { dtype, dims, data }]) => {
      const size = data.length / items;
      const rows = chosen.length * draws;
      const repeated = new (data.constructor as new (length: number) => typeof data)(rows * size);
      chosen.forEach((item, i) => {
        const block = data.subarray(item * size, (item + 1) * size);
        for (let k = 0; k < draws; k++) repeated.set(block as never, (i * draws + k) * size);
      });
      return [name, { dtype, dims: [(dims[0]! / items) * rows, ...dims.slice(1)], data: repeated }];
    }),
  );
}

/** A graph that is ready to run on parameters: the whole model, or a part in front of or behind a cut. */
export interface GraphStage {
  readonly graph: Graph;
  readonly session: GraphSession;
  /** The stage's own share of the parameters. */
  readonly parameters: ReadonlyMap<string, Feed>;
}

export interface GraphStageOptions {
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly device: DeviceOptions;
}

async function graphStage(graph: Graph, options: GraphStageOptions): Promise<GraphStage> {
  const parameters = new Map([...options.parameters].filter(([name]) => graph.parameters.has(name)));
  return { graph, parameters, session: await createSession(graph, options.device) };
}

/** Adds those of `inputs` that the graph reads. */
export function addInputs(feeds: Map<string, Feed>, graph: Graph, inputs: ReadonlyMap<string, Feed>): void {
  for (const [name, feed] of inputs) if (graph.inputs.has(name) || graph.parameters.has(name)) feeds.set(name, feed);
}

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
