import { type DropoutSite, dropoutSites } from "../../bayesian/dropout-sites.js";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { graphBuilder, int } from "../../engine/onnx/builder.js";
import { readModel } from "../../engine/onnx/decode.js";
import { type Graph, removeDeadNodes, replaceUses, sortTopologically, typeOf } from "../../engine/onnx/graph.js";
import { inferTypes } from "../../engine/onnx/infer.js";
import { extractParameters } from "../../engine/onnx/parameters.js";
import { assertTrainable } from "../../engine/onnx/quantization.js";
import { optimizeImport } from "../../engine/onnx/rewrite/optimize-import.js";
import type { Dim } from "../../engine/onnx/tensor.js";
import { PIXEL_VALUES } from "../architectures/convolutional-network.js";
import { LOGITS } from "../architectures/text-inputs.js";
import { completeWeights } from "../checkpoint/match-checkpoint.js";
import { labelsOfMetadata } from "../checkpoint/metadata-labels.js";
import type { ModelConfig } from "../checkpoint/model-kind.js";
import { openSavedGraph } from "../checkpoint/saved-graph.js";
import { takeBackToLogits } from "../graph/classifier-end.js";
import { lastClassLayer, placeDropout, renewLastLayer } from "../graph/graph-layers.js";
import { feedInput } from "../graph/import-inputs.js";
import { chooseOutput, whereShapeEnds } from "../graph/import-outputs.js";
import { huggingFaceInitialization, type InitialWeightsOptions } from "../graph/initial-weights.js";
import { restoreRandomSites } from "../graph/random-sites.js";
import { dropoutOfModule } from "./module-dropout.js";
import { pathOf, placeSourceDropout, sourceDropout } from "./place-source-dropout.js";
import { NO_HEAD, type SourceDropout } from "./source-dropout.js";

export interface ImportImageOptions {
  /** Height and width of the pixels, where the file leaves them open. */
  readonly imageSize: readonly [number, number];
  readonly seed: number;
  /** config.json beside the file: which network it is, and its rates. */
  readonly hubConfig?: ModelConfig | undefined;
  /** Rate in front of the last layer; by default that of the network which the file is of, and none where it has none or is not known. */
  readonly dropout?: number | undefined;
  /**
   * Decides classes and task, given the number of outputs of the file's own head, the names that the file gives them, and whether it gives a
   * probability to each by itself.
   */
  readonly chooseLabels: (
    own: number,
    names: readonly string[] | undefined,
    endsInSigmoid: boolean,
  ) => { readonly labels: readonly string[]; readonly isFresh: boolean; readonly task: Task };
}

export interface ImportedImageModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly inputShape: readonly [number, number, number];
  readonly initialization: InitialWeightsOptions;
  readonly fresh: ReadonlySet<string>;
  readonly task: Task;
  /** Dropout sites of the source that the graph could not be given. */
  readonly unplacedDropout: readonly string[];
  /** What loading is to say, each a sentence without its full stop. */
  readonly remarks: readonly string[];
}

/**
 * Reads an ONNX export of an image classifier: one input `[batch, channels, height, width]`, one output of logits `[batch, C]` (a
 * softmax behind them is taken off). Other labels give a fresh last layer. Its own `Dropout` nodes stay dropout sites.
 * Throws `E_MODEL_FORMAT`, `E_QUANTIZED` or `E_OP_UNSUPPORTED`, naming the file and the reason.
 */
export async function importImageOnnx(path: string, options: ImportImageOptions): Promise<ImportedImageModel> {
  const decoded = await readModel(path);
  const saved = openSavedGraph(decoded);
  const { graph, weights, source, unplaced } = saved
    ? { ...saved, source: undefined, unplaced: [] }
    : importGraph(decoded.graph, { path, imageSize: options.imageSize, hubConfig: options.hubConfig ?? {} });
  const inputShape = graph.inputs.get(PIXEL_VALUES)!.shape!.slice(1) as unknown as ImportedImageModel["inputShape"];
  const { logits, outputs, endsInSigmoid } = findLogits(graph, path);
  const { labels, isFresh, task } = options.chooseLabels(outputs, labelsOfMetadata(decoded.metadata), endsInSigmoid);
  const initialization = { seed: options.seed, distribution: huggingFaceInitialization(0.02) };
  if (isFresh) renewLastLayer(graph, { logits, classes: labels.length, weights, path });
  const remarks = unplaced.length > 0 ? [`dropout of the source that has no place here: ${unplaced.join(", ")}`] : [];
  if (!saved) remarks.push(...nameDropout(graph, { rate: options.dropout, source }));
  if (logits !== LOGITS) {
    graph.outputs = [];
    graphBuilder(graph).output(logits, LOGITS);
  }
  removeDeadNodes(graph);
  sortTopologically(graph);
  inferTypes(graph);
  const fresh = completeWeights(graph, weights, initialization);
  return {
    graph,
    weights,
    labels,
    inputShape,
    initialization,
    fresh,
    task,
    unplacedDropout: unplaced,
    remarks,
  };
}

interface ImportedGraph {
  readonly graph: Graph;
  readonly weights: StateDict;
  /** What its network drops out, where that is known. */
  readonly source: SourceDropout | undefined;
  readonly unplaced: readonly string[];
}

function importGraph(
  graph: Graph,
  {
    path,
    imageSize,
    hubConfig,
  }: { readonly path: string; readonly imageSize: readonly [number, number]; readonly hubConfig: ModelConfig },
): ImportedGraph {
  assertTrainable(graph, path);
  fixPixelInput(graph, path, imageSize);
  endTrainingMode(graph);
  inferTypes(graph);
  restoreRandomSites(graph, path);
  const width = typeOf(graph, lastClassLayer(graph)?.inputs[0] ?? "")?.shape?.[1];
  const paths = graph.nodes.map((node) => pathOf(graph, node));
  const source = sourceDropout(hubConfig, paths, typeof width === "number" ? width : undefined);
  // An export that kept dropout of its own says itself where it is.
  const isBare = !dropoutSites(graph).some(({ rate }) => rate > 0);
  const unplaced = source && isBare ? placeSourceDropout(graph, source) : [];
  const weights: StateDict = extractParameters(graph);
  optimizeImport(graph);
  return { graph, weights, source: isBare ? source : undefined, unplaced };
}

/** The input and its axes get their names and order, whatever the exporter called them; open heights and widths get the images' size. */
function fixPixelInput(graph: Graph, path: string, imageSize: readonly [number, number]): void {
  const inputs = [...graph.inputs];
  const [from, type] = inputs[0] ?? ["", undefined];
  const shape = type?.shape ?? [];
  // TensorFlow's exports have the channels last.
  const isLast = isChannels(shape[3]) && !isChannels(shape[1]);
  const [channels, ...sides] = isLast ? [shape[3], shape[1], shape[2]] : shape.slice(1);
  if (inputs.length !== 1 || shape.length !== 4 || typeof channels !== "number") {
    const found = inputs.map(([name, { shape }]) => `${name} [${shape ?? "unknown"}]`).join(", ");
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}" takes the inputs ${found}; an image classifier takes one, [batch, channels, height, width], with a fixed number of channels.`,
    );
  }
  const size = sides.map((side, i) => (typeof side === "number" ? side : imageSize[i]!));
  const fed = { dtype: "float32", shape: ["batch", channels, ...size] } as const;
  feedInput(graph, { from, name: PIXEL_VALUES, type: fed, perm: isLast ? [0, 2, 3, 1] : undefined, path });
}

function isChannels(dim: Dim | undefined): boolean {
  return dim === 1 || dim === 3 || dim === 4;
}

/** An export made while training has batch normalisations that go by their batch, and write over their statistics. */
function endTrainingMode(graph: Graph): void {
  for (const node of graph.nodes) {
    if (node.opType !== "BatchNormalization") continue;
    node.attributes["training_mode"] = int(0);
    node.outputs = node.outputs.slice(0, 1);
  }
}

/** The output, taken back to its logits. Of several outputs the one called "logits", else the first of floats. */
function findLogits(
  graph: Graph,
  path: string,
): { readonly logits: string; readonly outputs: number; readonly endsInSigmoid: boolean } {
  const output = chooseOutput(graph, { path, names: [LOGITS] });
  graph.outputs = [output];
  const shape = typeOf(graph, output)?.shape;
  const [batch, outputs] = shape ?? [];
  if (shape?.length !== 2 || batch !== "batch" || typeof outputs !== "number") {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": output "${output}" has the shape [${shape ?? "unknown"}]; logits [batch, classes] were expected. An export with a fixed batch size inside cannot be used: export it with a dynamic batch axis. ${whereShapeEnds(graph, output)}`,
    );
  }
  const endsInSigmoid = takeBackToLogits(graph, output, path) === "probabilities of each label";
  return { logits: graph.outputs[0]!, outputs, endsInSigmoid };
}

/**
 * Names for the dropout nodes of the export, "head" where only vectors are dropped out; those that never drop anything go. In front of the
 * last layer comes the source's own site, at a rate of 0 where the source has none or is not known. Returns what is to be said of it.
 */
function nameDropout(
  graph: Graph,
  { rate, source }: { readonly rate: number | undefined; readonly source: SourceDropout | undefined },
): readonly string[] {
  const place = (value: string): DropoutSite["place"] => (typeOf(graph, value)?.shape?.length === 2 ? "head" : "body");
  const nodes = graph.nodes.filter((node) => node.opType === "Dropout");
  let kept = 0;
  for (const [i, site] of dropoutSites(graph).entries()) {
    const [value, output] = [nodes[i]!.inputs[0]!, nodes[i]!.outputs[0]!];
    const own = place(value) === "head" ? (rate ?? site.rate) : site.rate;
    if (own === 0) replaceUses(graph, output, value);
    else placeDropout(graph, { ...site, rate: own, name: site.name || `dropout.${i}`, place: place(value), value });
    kept += Number(own > 0);
  }
  if (kept > 0 && !source) return [];
  const named = source ? [] : (dropoutOfModule(graph) ?? []);
  for (const { name, layer, rate: own } of named) {
    const value = graph.nodes.find(({ inputs }) => inputs[1] === layer)?.inputs[0];
    if (value === undefined) continue;
    // In front of a linear layer stand vectors, and all behind is the head.
    placeDropout(graph, { name, rate: rate ?? own, place: place(value), value });
    kept++;
  }
  const value = lastClassLayer(graph)?.inputs[0];
  if (named.length > 0 || value === undefined) return [];
  const head = { ...(source?.head ?? NO_HEAD), ...(rate === undefined ? {} : { rate }) };
  placeDropout(graph, { ...head, place: "head", value });
  if (kept > 0 || head.rate > 0) return [];
  const why = source
    ? "its network drops nothing out"
    : "what its network drops out is neither in config.json nor known by its layers";
  return [`no dropout, for ${why}: all draws are equal until a rate is asked for, fromPretrained(..., { dropout: 0.3 })`];
}
