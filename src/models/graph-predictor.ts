import { setImmediate } from "node:timers/promises";
import { installMasks } from "../bayesian/dropout-sites.js";
import type { BatchRow } from "../bayesian/fill-masks.js";
import type { DropoutPatch } from "../bayesian/model-patch.js";
import type { Example } from "../data/dataset.js";
import { throwIfAborted } from "../errors.js";
import type { Graph } from "../onnx/graph.js";
import { type Batch, planBatches } from "../runtime/batching.js";
import { cutDeterministicPrefix } from "../runtime/deterministic-prefix.js";
import type { DeviceOptions } from "../runtime/device.js";
import type { Feed } from "../runtime/session.js";
import { addInputs, graphStage } from "./graph-stage.js";
import type { InputAdapter } from "./input-adapter.js";
import { type MaskFeeds, maskFeeds } from "./mask-feeds.js";
import { type OutputRow, predictionSink } from "./prediction-sink.js";

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
  /** Cuts off what is the same for each draw; on by default. */
  readonly reusePrefix?: boolean;
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
  const canCut = masks.length > 0 && options.reusePrefix !== false;
  const cut = canCut ? cutDeterministicPrefix(graph, new Set(masks.map((mask) => mask.input))) : undefined;
  const prefix = cut && (await graphStage(cut.prefix, options));
  const suffix = await graphStage(cut?.suffix ?? graph, options);
  const masksOf = maskFeeds(suffix.graph, masks, patch?.rates ?? new Map(), { isShared: patch?.isConsistent ?? false });
  const logits = graph.outputs[0]!;

  async function run(examples: readonly Example<Input>[], { draws, seed, tokensPerBatch, signal }: PredictorRunOptions) {
    const lengths = examples.map((example) => adapter.length(example.input));
    const capacity = rowCapacity(masksOf, tokensPerBatch);
    const sink = predictionSink(examples, { draws, outputName: options.outputName });
    const pass = async (batch: Batch, boundary?: ReadonlyMap<string, Feed>) => {
      throwIfAborted(signal, "The prediction");
      const rows = batchRows(examples, lengths, batch);
      const inputs = rows.map((row) => examples[row.position]!.input);
      const feeds = new Map([...suffix.parameters, ...masksOf.feeds(rows, { seed, paddedLength: batch.paddedLength })]);
      addInputs(feeds, suffix.graph, adapter.feeds(inputs, batch.paddedLength));
      for (const [name, feed] of boundary ?? []) feeds.set(name, feed);
      const outputs = await suffix.session.run(feeds);
      sink.write(rows, outputs.get(logits)!);
      // A pass blocks the event loop; between two of them timers, signals and messages get their turn.
      await setImmediate();
    };
    for (const batch of planBatches(lengths, {
      draws: prefix ? 1 : draws,
      capacity: prefix ? (length) => tokensPerBatch / length : capacity,
    })) {
      if (!prefix || !cut) {
        await pass(batch);
        continue;
      }
      const feeds = new Map(prefix.parameters);
      const inputs = batch.positions.map((position) => examples[position]!.input);
      addInputs(feeds, prefix.graph, adapter.feeds(inputs, batch.paddedLength));
      const reused = await prefix.session.run(feeds);
      const sameLength = batch.positions.map(() => batch.paddedLength);
      for (const inner of planBatches(sameLength, { draws, capacity })) {
        const boundary = new Map([...reused].map(([name, feed]) => [name, repeatRows(feed, batch.positions.length, inner)]));
        await pass({ ...inner, positions: inner.positions.map((i) => batch.positions[i]!) }, boundary);
      }
    }
    return sink.collected();
  }
  return { run };
}

function rowCapacity(masks: MaskFeeds, tokensPerBatch: number): (paddedLength: number) => number {
  return (length) => Math.min(tokensPerBatch / length, MAX_MASK_ELEMENTS / Math.max(1, masks.elementsPerRow(length)));
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

/** Repeats each chosen item's rows of a prefix result once per draw. */
function repeatRows(feed: Feed, items: number, batch: Batch): Feed {
  const source = feed.data as Float32Array;
  const size = source.length / items;
  const rows = batch.positions.length * batch.draws;
  const data = new Float32Array(rows * size);
  let offset = 0;
  for (const position of batch.positions) {
    const block = source.subarray(position * size, (position + 1) * size);
    for (let k = 0; k < batch.draws; k++, offset += size) data.set(block, offset);
  }
  return { dtype: "float32", dims: [(feed.dims[0]! / items) * rows, ...feed.dims.slice(1)], data };
}
