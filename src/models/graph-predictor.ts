import { setImmediate } from "node:timers/promises";
import { installMasks } from "../bayesian/dropout-sites.js";
import type { BatchRow } from "../bayesian/fill-masks.js";
import { keepChannels } from "../bayesian/keep-channels.js";
import type { DropoutPatch } from "../bayesian/model-patch.js";
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
import { keptChannelFeeds } from "./kept-channel-feeds.js";
import { maskFeeds } from "./mask-feeds.js";
import { type OutputRow, predictionSink } from "./prediction-sink.js";
import { prepareAhead } from "./prepare-ahead.js";

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
