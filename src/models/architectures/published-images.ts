import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { type Distribution, huggingFaceInitialization } from "../graph/initial-weights.js";
import { ACTIVATIONS } from "./activations.js";
import { convnext, timmConvnext } from "./convnext.js";
import { PIXEL_VALUES } from "./convolutional-network.js";
import { EXPORT_ADVICE } from "./export-advice.js";
import { dimsOf, type ImageArchitecture, type ImageCheckpoint } from "./image-checkpoint.js";
import { addDropout, linear } from "./layers.js";
import { mobilenetV2, timmMobilenetV2, timmMobilenetV3Large, timmMobilenetV3Small } from "./mobilenet.js";
import { resnet, timmResnet } from "./resnet.js";
import type { HubConfig } from "./text-architecture.js";
import { LOGITS } from "./text-inputs.js";
import { timmName } from "./timm.js";
import { deit, deitWithTeacher, timmVit, vit } from "./vision-transformer.js";

/** transformers' networks, by config.json's `model_type`. */
const BY_MODEL_TYPE: Readonly<Record<string, ImageArchitecture>> = { convnext, deit, mobilenet_v2: mobilenetV2, resnet, vit };

/** timm's networks, by the form of their names: variants with other blocks have others. */
const BY_TIMM_NAME: readonly (readonly [RegExp, ImageArchitecture])[] = [
  [/^(vit|deit)_(tiny|little|small|medium|base|large|huge)_patch\d+_\d+$/, timmVit],
  [/^(tv_)?(resnet|wide_resnet)\d+(_2)?$|^(tv_)?resnext\d+_\d+x\d+d$/, timmResnet],
  [/^convnext_(atto|femto|pico|nano|tiny|small|base|large|xlarge|xxlarge)$/, timmConvnext],
  [/^mobilenetv2_\d+$/, timmMobilenetV2],
  [/^mobilenetv3_large_\d+$/, timmMobilenetV3Large],
  [/^mobilenetv3_small_\d+$/, timmMobilenetV3Small],
];

/** The architecture of a published network, by its configuration; `undefined` for one that is not built here. */
export function publishedImage(json: HubConfig): ImageArchitecture | undefined {
  const name = timmName(json);
  if (name !== undefined) return BY_TIMM_NAME.find(([pattern]) => pattern.test(name))?.[1];
  const modelType = json["model_type"];
  // What an ONNX file became when it was saved, under transformers' most general type.
  if (json["architecture"] === "imported") return undefined;
  if (modelType === "deit" && /WithTeacher/.test(String(json["architectures"]))) return deitWithTeacher;
  return typeof modelType === "string" && Object.hasOwn(BY_MODEL_TYPE, modelType) ? BY_MODEL_TYPE[modelType] : undefined;
}

/** The architecture of a checkpoint that comes without a configuration: torchvision's residual networks. */
export function imageOfNames(tensors: StateDict): ImageArchitecture | undefined {
  return ["conv1.weight", "layer1.0.conv1.weight", "fc.weight"].every((name) => tensors.has(name)) ? timmResnet : undefined;
}

/** A checkpoint's tensors under the names of the architecture's full models. */
export function fullNames({ prefix, names }: ImageArchitecture, tensors: StateDict): StateDict {
  const renamed = names?.(tensors) ?? tensors;
  if (prefix === undefined || [...renamed.keys()].some((name) => name.startsWith(`${prefix}.`))) return renamed;
  return new Map([...renamed].map(([name, tensor]) => [/^(\w+_)?classifier\./.test(name) ? name : `${prefix}.${name}`, tensor]));
}

/** `[channels, height, width]` of the pixels that the network reads. */
export function pixelShape({ stem }: ImageArchitecture, found: ImageCheckpoint): [number, number, number] {
  return [dimsOf(found, stem)[1]!, ...found.imageSize];
}

export interface PublishedGraphOptions {
  readonly classes: number;
  /** Rate in front of the last layer; the network's own by default. */
  readonly dropout?: number | undefined;
}

/**
 * The forward graph: `pixel_values [batch, channels, height, width]` to `logits [batch, C]`, weights under the checkpoint's names.
 * Throws `E_MODEL_FORMAT` for a checkpoint that lacks weights, or has some that this architecture does not.
 */
export function publishedGraph(
  architecture: ImageArchitecture,
  found: ImageCheckpoint,
  { classes, dropout }: PublishedGraphOptions,
): Graph {
  checkActivation(found);
  const b = graphBuilder(createGraph(architecture.name));
  const pixels = b.input(PIXEL_VALUES, { dtype: "float32", shape: ["batch", ...pixelShape(architecture, found)] });
  const features = architecture.features(b, pixels, found);
  b.output(lastLayer(b, architecture, found, { features, classes, dropout }), LOGITS);
  checkUnused(b.graph, architecture, found);
  return b.graph;
}

interface LastLayerOptions extends PublishedGraphOptions {
  readonly features: string;
}

function lastLayer(
  b: GraphBuilder,
  { head, last }: ImageArchitecture,
  { json }: ImageCheckpoint,
  { features, classes, dropout }: LastLayerOptions,
): string {
  const { name, rate } = head(json);
  const dropped = addDropout(b, features, { name, rate: dropout ?? rate, place: "head" });
  return linear(b, dropped, last, b.type(features)!.shape![1] as number, classes);
}

function checkActivation({ json, source }: ImageCheckpoint): void {
  const name = json["hidden_act"];
  if (name === undefined || Object.hasOwn(ACTIVATIONS, String(name))) return;
  throw new BaalError("E_MODEL_FORMAT", `${source}: hidden_act is "${name}"; ${Object.keys(ACTIVATIONS).join(", ")} are known.`);
}

/** A checkpoint with more weights is another network, which would be computed wrongly without them. */
function checkUnused(graph: Graph, { name, last, unused }: ImageArchitecture, { tensors, source }: ImageCheckpoint): void {
  const others = [...tensors.keys()].filter(
    (key) =>
      !graph.parameters.has(key) &&
      !key.startsWith(`${last}.`) &&
      !/num_batches_tracked$|\.position_ids$/.test(key) &&
      !unused?.test(key),
  );
  if (others.length === 0) return;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${source} has ${others.length} weights that a plain ${name} does not have, ${others.slice(0, 3).join(", ")} among them: it is another network. ${EXPORT_ADVICE}`,
  );
}

/** How a fresh last layer is drawn: PyTorch's default for residual networks, N(0, 0.02) for the others. */
export function publishedDistribution({ name }: ImageArchitecture): (name: string, dims: readonly number[]) => Distribution {
  if (name !== "resnet") return huggingFaceInitialization(0.02);
  return (_, dims) => (dims.length === 1 ? { kind: "constant", value: 0 } : { kind: "uniform", bound: 1 / Math.sqrt(dims[1]!) });
}
