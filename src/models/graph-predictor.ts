import { setImmediate } from "node:timers/promises";
import { installMasks } from "../bayesian/dropout-sites.js";
import type { BatchRow } from "../bayesian/fill-masks.js";
import type { DropoutPatch } from "../bayesian/patch-module.js";
import type { Example } from "../data/dataset.js";
import { BaalError, throwIfAborted } from "../errors.js";
import type { Graph } from "../onnx/graph.js";
import { type Batch, planBatches } from "../runtime/batching.js";
import { cutDeterministicPrefix } from "../runtime/deterministic-prefix.js";
import type { DeviceOptions } from "../runtime/device.js";
import { createSession, type Feed, type GraphSession } from "../runtime/session.js";
import type { InputAdapter } from "./input-adapter.js";
import { type MaskFeeds, maskFeeds } from "./mask-feeds.js";

export interface PredictorOptions<Input> {
  /** The forward graph with its `Dropout` nodes; its only output are the logits `[batch, C]`. */
  readonly graph: Graph;
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
  /** Logits `[n, C, draws]`, items in the order given. Throws `E_NOT_FINITE` naming the first item that is not finite. */
  run(examples: readonly Example<Input>[], options: PredictorRunOptions): Promise<Float32Array>;
}

/** Masks of one batch never take more than this many floats (256 MB). */
const MAX_MASK_ELEMENTS = 64 * 1024 * 1024;

interface Stage {
  readonly graph: Graph;
  readonly session: GraphSession;
  /** The stage's own share of the parameters. */
  readonly parameters: ReadonlyMap<string, Feed>;
}

export async function createPredictor<Input>(options: PredictorOptions<Input>): Promise<Predictor<Input>> {
  const { adapter, patch } = options;
  const { graph, masks } = installMasks(options.graph, (site) => patch?.rates.has(site.name) ?? false);
  const cut = options.reusePrefix === false ? undefined : cutDeterministicPrefix(graph, new Set(masks.map((mask) => mask.input)));
  const prefix = cut && (await stage(cut.prefix, options));
  const suffix = await stage(cut?.suffix ?? graph, options);
  const masksOf = maskFeeds(suffix.graph, masks, patch?.rates ?? new Map());
  const logits = graph.outputs[0]!;

  async function run(examples: readonly Example<Input>[], { draws, seed, tokensPerBatch, signal }: PredictorRunOptions) {
    const lengths = examples.map((example) => adapter.length(example.input));
    const capacity = rowCapacity(masksOf, tokensPerBatch);
    const sink = logitsSink(examples, draws);
    const pass = async (batch: Batch, boundary?: ReadonlyMap<string, Feed>) => {
      throwIfAborted(signal, "The prediction");
      const rows = batchRows(examples, lengths, batch);
      const inputs = rows.map((row) => examples[row.position]!.input);
      const feeds = new Map([...suffix.parameters, ...masksOf.feeds(rows, { seed, paddedLength: batch.paddedLength })]);
      addDataInputs(feeds, suffix.graph, adapter.feeds(inputs, batch.paddedLength));
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
      addDataInputs(feeds, prefix.graph, adapter.feeds(inputs, batch.paddedLength));
      const reused = await prefix.session.run(feeds);
      const sameLength = batch.positions.map(() => batch.paddedLength);
      for (const inner of planBatches(sameLength, { draws, capacity })) {
        const boundary = new Map([...reused].map(([name, feed]) => [name, repeatRows(feed, batch.positions.length, inner)]));
        await pass({ ...inner, positions: inner.positions.map((i) => batch.positions[i]!) }, boundary);
      }
    }
    return sink.logits();
  }
  return { run };
}

async function stage(graph: Graph, options: PredictorOptions<never> | PredictorOptions<unknown>): Promise<Stage> {
  const parameters = new Map([...options.parameters].filter(([name]) => graph.parameters.has(name)));
  return { graph, parameters, session: await createSession(graph, options.device) };
}

function rowCapacity(masks: MaskFeeds, tokensPerBatch: number): (paddedLength: number) => number {
  return (length) => Math.min(tokensPerBatch / length, MAX_MASK_ELEMENTS / Math.max(1, masks.elementsPerRow(length)));
}

interface PositionedRow extends BatchRow {
  readonly position: number;
}

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

function addDataInputs(feeds: Map<string, Feed>, graph: Graph, inputs: ReadonlyMap<string, Feed>): void {
  for (const [name, feed] of inputs) if (graph.inputs.has(name)) feeds.set(name, feed);
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

/** Collects logits `[rows, C]` of batches in any order into `[n, C, K]`. */
function logitsSink(examples: readonly Example<unknown>[], draws: number) {
  let logits = new Float32Array(0);
  return {
    write(rows: readonly PositionedRow[], output: Feed): void {
      const source = output.data as Float32Array;
      const classes = source.length / rows.length;
      if (logits.length === 0) logits = new Float32Array(examples.length * classes * draws);
      for (let r = 0; r < rows.length; r++) {
        const { position, draw } = rows[r]!;
        for (let c = 0; c < classes; c++) {
          const value = source[r * classes + c]!;
          if (!Number.isFinite(value)) throw notFinite(examples[position]!.index, c, draw, value);
          logits[(position * classes + c) * draws + draw] = value;
        }
      }
    },
    logits: () => logits,
  };
}

function notFinite(item: number, label: number, draw: number, value: number): BaalError {
  return new BaalError(
    "E_NOT_FINITE",
    `The model's logit ${label} for item ${item} (draw ${draw}) is ${value}. Its weights have probably diverged; train again with a lower learning rate.`,
  );
}
