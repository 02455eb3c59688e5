import { setImmediate } from "node:timers/promises";
import type { BatchRow } from "../../bayesian/fill-masks.js";
import type { ModelPatch, WeightPosterior } from "../../bayesian/model-patch.js";
import { type WeightSamples, weightSamples } from "../../bayesian/weight-samples.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { Example } from "../../core/dataset.js";
import { type OutputRow, outputTable } from "../../core/draws.js";
import { throwIfAborted } from "../../core/errors.js";
import { prepareAhead } from "../../core/prepare-ahead.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { type QuantizedWeight, quantizeLinear, weightBytes } from "../../engine/onnx/rewrite/quantize-linear.js";
import { activationSize, type Batch, MAX_ACTIVATION_ELEMENTS, planBatches } from "../../engine/runtime/batching.js";
import { cutDeterministicPrefix } from "../../engine/runtime/deterministic-prefix.js";
import { createSession, type DeviceOptions, type Feed, type GraphSession } from "../../engine/runtime/session.js";
import { randomGraph } from "./draw-source.js";
import { lastLinear } from "./graph-layers.js";
import { addInputs, type InputAdapter, type InputFeeds, lengthsOf } from "./input-adapter.js";
import { type StackedDraws, stackedDraws } from "./stacked-draws.js";

export interface GraphPredictorOptions<Input> {
  /** The forward graph with its `Dropout` nodes; its only output is `[batch, C]`: logits, or another row per item. */
  readonly graph: Graph;
  /** A number of the output in errors; "logit" by default. */
  readonly outputName?: string | undefined;
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  /** `undefined`: dropout off. */
  readonly patch: ModelPatch | undefined;
  readonly device: DeviceOptions;
  /** A number that differs whenever the parameters have changed, for weights that are kept as bytes; by default they never do. */
  readonly changes?: (() => number) | undefined;
  /** Computes once what is the same for each draw, and no channel that a whole draw drops; on by default. */
  readonly shortcuts?: boolean | undefined;
}

export interface GraphPredictorRunOptions {
  readonly draws: number;
  /** The number of the first draw; 0 by default. */
  readonly firstDraw?: number | undefined;
  readonly seed: number;
  /** Most tokens, padding included, in one pass. */
  readonly tokensPerBatch: number;
  readonly signal?: AbortSignal | undefined;
  /** For a patch of weights: samples that several runs share, of a posterior over the same parameters. */
  readonly samples?: WeightSamples | undefined;
}

/** Runs a model over items: batches them by length, feeds draws, repeats the deterministic prefix's results for them. */
export interface GraphPredictor<Input> {
  /** Outputs (logits) `[n, C, draws]`, items in the order given. Throws `E_NOT_FINITE` naming the first item that is not finite. */
  run(examples: readonly Example<Input>[], options: GraphPredictorRunOptions): Promise<Float32Array>;
  /** Gives its sessions back; it cannot run any more. */
  release(): Promise<void>;
}

/** Masks of one batch never take more than this many floats (256 MB). */
const MAX_MASK_ELEMENTS = 64 * 1024 * 1024;

/** Inputs of this many floats (128 MB) wait for draws at once. */
const MAX_WAITING_ELEMENTS = 32 * 1024 * 1024;

/** A batch that is ready for its draws: behind the prefix, where there is one. */
interface PreparedBatch {
  readonly batch: Batch;
  readonly inputs: InputFeeds;
}

/** Draws of some items of a prepared batch that go through the graph at once; positions are those in the batch. */
interface Pass {
  readonly prepared: PreparedBatch;
  readonly part: Batch;
}

export async function createPredictor<Input>(options: GraphPredictorOptions<Input>): Promise<GraphPredictor<Input>> {
  const { adapter, patch, shortcuts = true } = options;
  const weights = weightsOf(options.parameters);
  const { graph, varying, sourceFor } = randomGraph(options.graph, patch);
  const cut = shortcuts && varying.size > 0 ? cutDeterministicPrefix(graph, varying) : undefined;
  const floats = new Set([...varying, ...lastWeight(options.graph)]);
  const prefix = cut && (await graphStage(cut.prefix, options, floats));
  const random = cut?.suffix ?? graph;
  const source = sourceFor(random, { shortcuts });
  const suffix = await graphStage(source.graph, options, floats);
  const stack = shortcuts ? await stackedDraws(source.graph, patch, options.device) : undefined;
  const output = graph.outputs[0]!;
  const prefixSize = activationSize(prefix?.graph ?? graph);
  const randomSize = activationSize(random);
  /** Whether each batch is run by one pass, with all the draws that it was planned for. */
  const isWhole = !prefix && !source.isDear;

  async function run(examples: readonly Example<Input>[], runOptions: GraphPredictorRunOptions): Promise<Float32Array> {
    const { draws, firstDraw, seed, tokensPerBatch, signal, samples } = runOptions;
    const { mostDraws } = source;
    const sameLength = adapter.seesPadding;
    const lengths = lengthsOf(adapter, examples);
    const together = stack?.fits(draws) && patch?.kind === "weights" ? stack : undefined;
    const shared = samples ?? (together && weightSamples(patch as WeightPosterior, weights, { draws, firstDraw, seed }));
    const drawn = source.begin({ draws, firstDraw, seed, weights, samples: shared });
    const table = outputTable(examples, { draws, outputName: options.outputName });
    const itemsFit = (length: number) => Math.min(tokensPerBatch / length, MAX_ACTIVATION_ELEMENTS / prefixSize(length));
    const rowsFit = (length: number) =>
      Math.min(
        tokensPerBatch / length,
        MAX_ACTIVATION_ELEMENTS / randomSize(length),
        MAX_MASK_ELEMENTS / Math.max(1, source.elementsPerRow(length)),
      );

    const load = ({ positions, paddedLength }: Batch) =>
      adapter.feeds(
        positions.map((position) => examples[position]!.input),
        paddedLength,
      );

    async function prepare(batch: Batch, inputs: InputFeeds): Promise<PreparedBatch> {
      if (!prefix) return { batch, inputs };
      const feeds = new Map(prefix.parameters());
      addInputs(feeds, prefix.graph, drawn.common);
      addInputs(feeds, prefix.graph, inputs);
      const reused = await prefix.session.run(feeds);
      return { batch, inputs: new Map([...inputs, ...reused].filter(([name]) => suffix.graph.inputs.has(name))) };
    }

    function passesOf(prepared: PreparedBatch): Pass[] {
      const { batch } = prepared;
      if (isWhole) return [{ prepared, part: { ...batch, positions: [...batch.positions.keys()] } }];
      const sameLength = batch.positions.map(() => batch.paddedLength);
      return planBatches(sameLength, { draws, mostDraws, capacity: rowsFit }).map((part) => ({ prepared, part }));
    }

    async function runPass({ prepared: { batch, inputs }, part }: Pass): Promise<void> {
      throwIfAborted(signal, "The prediction");
      const { firstDraw, paddedLength } = part;
      const positions = part.positions.map((i) => batch.positions[i]!);
      const rows = batchRows(examples, lengths, { ...part, positions });
      const feeds = new Map(suffix.parameters());
      addInputs(feeds, suffix.graph, drawn.common);
      addInputs(feeds, suffix.graph, repeatRows(inputs, batch.positions.length, part.positions, part.draws));
      addInputs(feeds, suffix.graph, await drawn.feeds(rows, { firstDraw, paddedLength }));
      const outputs = await suffix.session.run(feeds);
      table.write(rows, outputs.get(output)!.data as Float32Array);
      // A pass blocks the event loop; between two of them timers, signals and messages get their turn.
      await setImmediate();
    }

    let isSurelyFinite = true;
    /** All draws of a batch by one product, straight into the table where its items follow each other there. */
    async function runStacked(
      { input, outputs, run }: StackedDraws,
      { batch: { positions }, inputs }: PreparedBatch,
    ): Promise<void> {
      const { data } = inputs.get(input)!;
      const [width, size] = [data.length / positions.length, outputs * draws];
      const whole = table.whole(outputs);
      const step = Math.max(1, Math.floor(MAX_ACTIVATION_ELEMENTS / size));
      for (let start = 0; start < positions.length; start += step) {
        throwIfAborted(signal, "The prediction");
        const some = positions.slice(start, start + step);
        const isRun = some.every((position, i) => position === some[0]! + i);
        const rows = (data as Float32Array).subarray(start * width, (start + some.length) * width);
        const target = isRun ? whole.subarray(some[0]! * size) : new Float32Array(some.length * size);
        const areFinite = await run({ dtype: "float32", dims: [some.length, width], data: rows }, shared!, { draws, target });
        isSurelyFinite &&= areFinite;
        for (const [i, position] of isRun ? [] : some.entries()) {
          whole.set(target.subarray(i * size, (i + 1) * size), position * size);
        }
        await setImmediate();
      }
    }

    async function drawAll(waiting: readonly PreparedBatch[]): Promise<void> {
      const passes = waiting.flatMap(passesOf);
      if (source.isDear) passes.sort((a, b) => a.part.firstDraw - b.part.firstDraw);
      for (const pass of passes) await runPass(pass);
    }

    const batches = isWhole
      ? planBatches(lengths, { draws, mostDraws, sameLength, capacity: rowsFit })
      : planBatches(lengths, { sameLength, capacity: prefix ? itemsFit : rowsFit });
    let waiting: PreparedBatch[] = [];
    let waitingElements = 0;
    for await (const [batch, inputs] of prepareAhead(batches, load)) {
      throwIfAborted(signal, "The prediction");
      const prepared = await prepare(batch, inputs);
      if (together) {
        await runStacked(together, prepared);
        continue;
      }
      waiting.push(prepared);
      waitingElements += [...prepared.inputs.values()].reduce((sum, { data }) => sum + data.length, 0);
      if (source.isDear && waitingElements < MAX_WAITING_ELEMENTS) continue;
      await drawAll(waiting);
      waiting = [];
      waitingElements = 0;
    }
    await drawAll(waiting);
    if (together && !isSurelyFinite) table.check();
    return table.collected();
  }

  async function release(): Promise<void> {
    await Promise.all([prefix?.session.release(), suffix.session.release(), stack?.release()]);
  }
  return { run, release };
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
interface GraphStage {
  readonly graph: Graph;
  readonly session: GraphSession;
  /** The stage's own share of the parameters, as they are now. */
  readonly parameters: () => ReadonlyMap<string, Feed>;
}

/** `floats` are the weights that are never rounded to bytes. */
async function graphStage(
  graph: Graph,
  options: Pick<GraphPredictorOptions<never>, "parameters" | "device" | "changes">,
  floats: ReadonlySet<string>,
): Promise<GraphStage> {
  const own = (of: Graph) => new Map([...options.parameters].filter(([name]) => of.parameters.has(name)));
  if (options.device.precision !== "int8") {
    const parameters = own(graph);
    return { graph, parameters: () => parameters, session: await createSession(graph, options.device) };
  }
  const quantized = quantizeLinear(graph, floats);
  const parameters = byteParameters(quantized.weights, own(quantized.graph), options);
  return { graph: quantized.graph, parameters, session: await createSession(quantized.graph, options.device) };
}

/** Parameters of which some are given as bytes, rounded anew where the weights have changed since. */
function byteParameters(
  weights: readonly QuantizedWeight[],
  others: ReadonlyMap<string, Feed>,
  { parameters, changes = () => 0 }: Pick<GraphPredictorOptions<never>, "parameters" | "changes">,
): () => ReadonlyMap<string, Feed> {
  const all = new Map(others);
  let roundedAt: number | undefined;
  return () => {
    const now = changes();
    if (now === roundedAt) return all;
    for (const weight of weights) {
      const { bytes, units } = weightBytes(weight, parameters.get(weight.name)!.data as Float32Array);
      all.set(weight.bytes, { dtype: "uint8", dims: [weight.inputs, weight.outputs], data: bytes });
      all.set(weight.units, { dtype: "float32", dims: [weight.outputs], data: units });
    }
    roundedAt = now;
    return all;
  };
}

/** The weight that makes the logits: small beside the others, and what it rounds away no layer evens out. */
function lastWeight(graph: Graph): readonly string[] {
  return lastLinear(graph)?.inputs.slice(1, 2) ?? [];
}

function weightsOf(parameters: ReadonlyMap<string, Feed>): StateDict {
  return new Map([...parameters].map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]));
}
