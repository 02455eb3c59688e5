import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { IMAGENET_MEAN, IMAGENET_STD, type ImageProcessor } from "../../data/images/image-processor.js";
import { imageProcessor } from "../../data/images/plain-image-processor.js";
import { readImageProcessor } from "../../data/images/read-image-processor.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { readSafetensorsFolder } from "../../engine/safetensors/read-safetensors-folder.js";
import { convolutionalGraph } from "../architectures/convolutional-network.js";
import {
  type ImageConfig,
  type ImageNetworkConfig,
  imageDistributions,
  imageNetwork,
  imageNetworkConfig,
  isBuildableImage,
  isOwnNetwork,
} from "../architectures/image-architectures.js";
import type { ImageArchitecture } from "../architectures/image-checkpoint.js";
import {
  fullNames,
  imageOfNames,
  pixelShape,
  publishedDistribution,
  publishedGraph,
  publishedImage,
} from "../architectures/published-images.js";
import { timmName } from "../architectures/timm.js";
import { VGG_DEFAULTS } from "../architectures/vgg.js";
import { torchvisionNames, vggConfigOfCheckpoint } from "../architectures/vgg-checkpoint.js";
import { matchCheckpoint } from "../checkpoint/match-checkpoint.js";
import { onnxPath, readingSafetensors } from "../checkpoint/missing-weights.js";
import { type ModelConfig, readModelConfig } from "../checkpoint/model-kind.js";
import { chosenLabels, headLabels, type LabelWish, sameLabels } from "../checkpoint/model-labels.js";
import { taskOfModel } from "../checkpoint/model-task.js";
import { isSavedAsOnnx } from "../checkpoint/saved-graph.js";
import { prefixRemarks, withoutWrappers } from "../checkpoint/wrapper-prefixes.js";
import type { ModelSource } from "../graph/graph-classifier.js";
import type { InitialWeightsOptions } from "../graph/initial-weights.js";

export interface LoadImageModelOptions extends LabelWish {
  /** Draws fresh weights. */
  readonly seed: number;
  /** Which of the folder's files to load: safetensors where the architecture can be built here, by default. */
  readonly format?: "safetensors" | "onnx" | undefined;
  /** The ONNX file to read, from the folder on; `onnx/model.onnx` or `model.onnx` by default. */
  readonly onnxFile?: string | undefined;
  /** Height and width of the pixels, where neither the model nor its processor fixes them; 224 x 224 by default. */
  readonly imageSize?: readonly [number, number] | undefined;
  /**
   * Dropout rate in front of the last layer; by default the network's own: 0 for one that has none there, and for an export whose network
   * is not known.
   */
  readonly dropout?: number | undefined;
}

/**
 * Reads a model folder: safetensors of transformers, timm or torchvision, or of a network of ours, or an ONNX file of any image
 * classifier. config.json and preprocessor_config.json may be missing where the weights say enough.
 */
export async function loadImageModel(folder: string, options: LoadImageModelOptions): Promise<ImageModelData> {
  const hubConfig = existsSync(join(folder, "config.json")) ? await readModelConfig(folder) : {};
  const processor = await readImageProcessor(folder);
  const hasSafetensors = ["model.safetensors", "model.safetensors.index.json"].some((file) => existsSync(join(folder, file)));
  const given = options.onnxFile === undefined ? options.format : "onnx";
  const format = given ?? (hasSafetensors && isBuildableImage(hubConfig) && !isSavedAsOnnx(hubConfig) ? "safetensors" : "onnx");
  const found = { hubConfig, processor, options };
  if (format === "onnx") return loadFromOnnx(folder, found);
  return readingSafetensors(folder, () => loadFromSafetensors(folder, found), { isAsked: given !== undefined });
}

interface Found {
  readonly hubConfig: ModelConfig;
  readonly processor: ImageProcessor | undefined;
  readonly options: LoadImageModelOptions;
}

async function loadFromSafetensors(folder: string, { hubConfig, processor, options }: Found): Promise<ImageModelData> {
  const { checkpoint: read, prefixes } = withoutWrappers(await readSafetensorsFolder(folder));
  const isOwn = isOwnNetwork(hubConfig);
  const architecture = isOwn ? undefined : architectureOf(hubConfig, read);
  const remarks = prefixRemarks(prefixes);
  if (architecture) return { ...(await loadPublished(folder, architecture, read, { hubConfig, processor, options })), remarks };
  const checkpoint = isOwn ? read : torchvisionNames(read);
  const network = networkOf(folder, checkpoint, { hubConfig, processor, options });
  const lastName = imageNetwork(network, 1).dense.at(-1)!.name;
  const own = checkpoint.get(`${lastName}.weight`);
  const { labels, isFresh, task } = chooseLabels(folder, hubConfig, { own: own?.dims[0], wish: options });
  const form = imageNetwork(network, labels.length);
  const graph = convolutionalGraph(form);
  const initialization = { seed: options.seed, distribution: imageDistributions[network.architecture] };
  const isLast = (name: string) => name.startsWith(`${lastName}.`);
  const { weights, fresh, unused } = matchCheckpoint(graph, checkpoint, {
    ...{ source: folder, prefix: "vgg", initialization, mayBeFresh: isLast },
    mustBeFresh: (name) => isLast(name) && isFresh,
  });
  const { inputShape } = form;
  const prepared = processor ?? defaultProcessor(inputShape);
  const source = "safetensors";
  return {
    ...{ graph, weights, labels, task, hubConfig, network, processor: prepared, inputShape, initialization, fresh, source },
    ...{ unused, remarks },
  };
}

/** By timm's name, by names that torchvision has as well, or by transformers' type. */
function architectureOf(hubConfig: ModelConfig, tensors: StateDict): ImageArchitecture | undefined {
  const isTimm = timmName(hubConfig) !== undefined;
  return (isTimm ? undefined : imageOfNames(tensors)) ?? publishedImage(hubConfig);
}

/** A network of transformers, timm or torchvision, under the names of its source. */
async function loadPublished(
  folder: string,
  architecture: ImageArchitecture,
  read: StateDict,
  { hubConfig: json, processor, options }: Found,
): Promise<ImageModelData> {
  const tensors = fullNames(architecture, read);
  const imageSize = options.imageSize ?? configSize(json) ?? sizeOf(processor, options);
  const found = { json, imageSize, source: folder, tensors };
  const { last } = architecture;
  const own = tensors.get(`${last}.weight`);
  const { labels, isFresh, task } = chooseLabels(folder, json, { own: own?.dims[0], wish: options });
  const { dropout = dropoutOf(json) } = options;
  const graph = publishedGraph(architecture, found, { classes: labels.length, dropout });
  const initialization = { seed: options.seed, distribution: publishedDistribution(architecture) };
  const isLast = (name: string) => name.startsWith(`${last}.`);
  const { weights, fresh, unused } = matchCheckpoint(graph, tensors, {
    ...{ source: folder, prefix: architecture.prefix ?? architecture.name, initialization, mayBeFresh: isLast },
    mustBeFresh: (name) => isLast(name) && isFresh,
  });
  const inputShape = pixelShape(architecture, found);
  const hubConfig = dropout === undefined ? json : { ...json, baal: { dropout } };
  const prepared = processor ?? defaultProcessor(inputShape);
  const network = undefined;
  return {
    graph,
    weights,
    labels,
    task,
    hubConfig,
    network,
    processor: prepared,
    inputShape,
    initialization,
    fresh,
    source: "safetensors",
    unused,
  };
}

/** The rate that a folder of ours has for the place in front of the last layer, where the network's own has none. */
function dropoutOf({ baal }: ModelConfig): number | undefined {
  const rate = (baal as { readonly dropout?: unknown } | undefined)?.dropout;
  return typeof rate === "number" ? rate : undefined;
}

/** The size that a network's configuration gives its images. */
function configSize({ image_size: size, pretrained_cfg: timm }: ModelConfig): readonly [number, number] | undefined {
  if (typeof size === "number") return [size, size];
  if (Array.isArray(size) && size.length === 2) return [Number(size[0]), Number(size[1])];
  const input = (timm as { readonly input_size?: unknown } | undefined)?.input_size;
  return Array.isArray(input) && input.length === 3 ? [Number(input[1]), Number(input[2])] : undefined;
}

function networkOf(folder: string, checkpoint: StateDict, { hubConfig, processor, options }: Found): ImageNetworkConfig {
  if (isOwnNetwork(hubConfig)) return imageNetworkConfig(hubConfig["baal"] as ImageConfig, "E_MODEL_FORMAT");
  const config = {
    ...vggConfigOfCheckpoint(checkpoint, folder),
    imageSize: [...sizeOf(processor, options)] as [number, number],
    dropout: options.dropout ?? VGG_DEFAULTS.dropout,
  };
  return imageNetworkConfig({ architecture: "vgg", ...config }, "E_MODEL_FORMAT");
}

async function loadFromOnnx(folder: string, { hubConfig, processor, options }: Found): Promise<ImageModelData> {
  const path = await onnxPath(folder, { ...options, canBuild: isBuildableImage(hubConfig) });
  const { seed, dropout } = options;
  const { importImageOnnx } = await import("./import-image-onnx.js");
  const imported = await importImageOnnx(path, {
    ...{ seed, dropout, hubConfig, imageSize: sizeOf(processor, options) },
    chooseLabels: (own, names, endsInSigmoid) => chooseLabels(folder, hubConfig, { own, names, endsInSigmoid, wish: options }),
  });
  const prepared = processor ?? defaultProcessor(imported.inputShape);
  return { ...imported, hubConfig, network: undefined, processor: prepared, source: "onnx" };
}

function sizeOf(processor: ImageProcessor | undefined, options: LoadImageModelOptions): readonly [number, number] {
  const [, height, width] = processor?.shape ?? [];
  return options.imageSize ?? (height !== undefined && width !== undefined ? [height, width] : [224, 224]);
}

/** As nearly all published classifiers of colour images were trained; grey ones keep samples between 0 and 1. */
export function defaultProcessor([channels, ...size]: readonly [number, number, number]): ImageProcessor {
  if (channels !== 1 && channels !== 3) {
    throw new BaalError(
      "E_ARGUMENT",
      `Images are prepared with 1 or 3 channels; this model reads ${channels}. Give its processor: { processor }.`,
    );
  }
  return imageProcessor(channels === 3 ? { size, channels, mean: IMAGENET_MEAN, std: IMAGENET_STD } : { size, channels });
}

interface LabelChoice {
  /** Outputs of the checkpoint's own head. */
  readonly own: number | undefined;
  /** Names that the weights' file has for them. */
  readonly names?: readonly string[] | undefined;
  readonly endsInSigmoid?: boolean | undefined;
  readonly wish: LabelWish;
}

/** Other labels than the head's own, or more, mean a fresh head; as many under other names of a head without names do not. */
function chooseLabels(folder: string, hubConfig: ModelConfig, { own, names, endsInSigmoid, wish }: LabelChoice) {
  const ownLabels = own === undefined ? undefined : headLabels(hubConfig, own, names);
  const labels = chosenLabels(wish, ownLabels);
  if (!labels) {
    throw new BaalError(
      "E_ARGUMENT",
      `${folder} holds a network without a classifier; name the classes: fromPretrained(..., { labels: [...] }).`,
    );
  }
  const isFresh = !sameLabels(labels, ownLabels);
  return { labels, isFresh, task: taskOfModel({ task: wish.task, config: hubConfig, own: ownLabels, isFresh, endsInSigmoid }) };
}

/** An image classifier's parts, as read from a folder or made from a configuration. */
export interface ImageModelData {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly task: Task;
  /** config.json as it was found. */
  readonly hubConfig: Readonly<Record<string, unknown>>;
  /** The configuration that the graph is built from; `undefined` for an imported one. */
  readonly network: ImageNetworkConfig | undefined;
  readonly processor: ImageProcessor;
  /** Of the pixels: `[channels, height, width]`. */
  readonly inputShape: readonly [number, number, number];
  readonly initialization: InitialWeightsOptions;
  readonly fresh: ReadonlySet<string>;
  readonly source: ModelSource;
  /** Tensors of the checkpoint that the model has no place for. */
  readonly unused?: readonly string[] | undefined;
  /** Dropout sites of the source that the graph could not be given. */
  readonly unplacedDropout?: readonly string[] | undefined;
  /** What else was decided when it was loaded. */
  readonly remarks?: readonly string[] | undefined;
}
