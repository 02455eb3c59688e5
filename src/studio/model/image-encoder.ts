import { imageProcessor } from "../../data/images/plain-image-processor.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { ImageClassifier } from "../../models/images/image-classifier.js";
import type { ItemKind } from "../store/records.js";
import { OWN_CNN } from "./brain.js";

export interface EncoderOptions extends DeviceOptions {
  readonly kind: ItemKind;
  /** Folder or hub id; of images also {@link OWN_CNN}. */
  readonly model: string;
  readonly onnxFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDownload: (file: { readonly file: string; readonly total: number }) => void;
}

/** Loads an image model whose vectors are wanted, with the labels of its own or with others. Throws what loading throws. */
export async function openImageEncoder(
  options: EncoderOptions,
  { labels }: { readonly labels?: readonly string[] | undefined } = {},
): Promise<ImageClassifier> {
  const { model, device, threads, onnxFile, signal, onDownload: onProgress } = options;
  if (model === OWN_CNN) return edgeNetwork({ labels: labels ?? NO_CLASSES, device, threads });
  const where = { device, threads };
  return await ImageClassifier.fromPretrained(model, { ...where, labels, onnxFile, signal, onProgress });
}

/** Mean nothing, and always are the same two, so that a cache of vectors knows the encoder again. */
const NO_CLASSES = ["0", "1"];
const SIZE = 28;
const DIRECTIONS = 12;
const KERNEL = 5;

/**
 * Edges of twelve directions, each averaged over its surroundings, of 28 x 28 grey pixels: what histograms of oriented gradients (Dalal and Triggs 2005)
 * count, as the first two layers of a small CNN. 588 numbers.
 */
function edgeNetwork({ labels, ...device }: DeviceOptions & { readonly labels: readonly string[] }): ImageClassifier {
  const model = ImageClassifier.fromConfig(
    { architecture: "small-cnn", channels: [DIRECTIONS, DIRECTIONS], kernelSize: KERNEL, padding: 2, hiddenSizes: [] },
    { labels, seed: 42, ...device, processor: imageProcessor({ size: [SIZE, SIZE], channels: 1 }) },
  );
  const weights = model.stateDict();
  const { edges, blurs } = edgeFilters();
  const set = (name: string, data: Float32Array) => weights.set(name, { dims: weights.get(name)!.dims, data });
  set("conv1.weight", edges);
  set("conv2.weight", blurs);
  for (const name of ["conv1.bias", "conv2.bias"]) set(name, new Float32Array(DIRECTIONS));
  model.loadStateDict(weights);
  return model;
}

/** Derivatives of a Gaussian by direction, and the Gaussian for each of them by itself. */
function edgeFilters(): { readonly edges: Float32Array; readonly blurs: Float32Array } {
  const area = KERNEL * KERNEL;
  const edges = new Float32Array(DIRECTIONS * area);
  const blurs = new Float32Array(DIRECTIONS * DIRECTIONS * area);
  const half = (KERNEL - 1) / 2;
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const angle = (2 * Math.PI * direction) / DIRECTIONS;
    for (let at = 0; at < area; at++) {
      const [x, y] = [(at % KERNEL) - half, Math.floor(at / KERNEL) - half];
      const gaussian = Math.exp(-(x * x + y * y) / 2);
      edges[direction * area + at] = gaussian * (x * Math.cos(angle) + y * Math.sin(angle));
      blurs[(direction * DIRECTIONS + direction) * area + at] = gaussian;
    }
  }
  return { edges, blurs };
}
