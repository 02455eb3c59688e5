import type { DropoutSite, MaskInput } from "../../bayesian/dropout-sites.js";
import { type BatchRow, fillMask, fillSharedMask } from "../../bayesian/fill-masks.js";
import { hashName, maskRate } from "../../bayesian/mask-generator.js";
import { BaalError } from "../../core/errors.js";
import type { LayerCall } from "./call-overrides.js";
import type { LeafLayer } from "./layer-graph.js";
import type { TfLayer, TfModule, TfShape, TfTensor } from "./tf-types.js";

/** A layer whose randomness is a mask that we make. */
export interface NoiseLayer {
  readonly layer: TfLayer;
  readonly site: DropoutSite;
  /** Its part of the mask key: its place among the model's dropout layers, so that automatic layer names do not matter. */
  readonly place: number;
}

/** Which masks the rows of a batch get. */
export interface MaskRows {
  readonly rows: readonly BatchRow[];
  readonly seed: number;
  /** All items of a draw share its masks. */
  readonly isShared: boolean;
  /** The draws of an item are balanced. */
  readonly isBalanced?: boolean | undefined;
}

type MaskedCall = (tf: TfModule, x: TfTensor, mask: TfTensor, rate: number) => TfTensor;

/** Dropout layers by class name, and what they do with a mask of 0 and 1 / (1 - p). */
const MASKED: Readonly<Record<string, MaskedCall>> = {
  Dropout: (tf, x, mask) => tf.mul(x, mask),
  SpatialDropout1D: (tf, x, mask) => tf.mul(x, mask),
  // Dropped elements become SELU's lower limit a', then an affine map restores mean and variance (Klambauer 2017, arXiv:1706.02515).
  AlphaDropout(tf, x, mask, rate) {
    const low = -1.6732632423543772 * 1.0507009873554805;
    const a = ((1 - rate) * (1 + rate * low ** 2)) ** -0.5;
    const kept = tf.mul(mask, 1 - rate);
    const dropped = tf.mul(tf.sub(1, kept), low);
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), dropped), a), -a * low * rate);
  },
};

/** Other layers that are random in training, and the settings that make them so. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  GaussianDropout: ["rate"],
  GaussianNoise: ["stddev"],
  SimpleRNN: ["dropout", "recurrentDropout"],
  GRU: ["dropout", "recurrentDropout"],
  LSTM: ["dropout", "recurrentDropout"],
  ConvLSTM2D: ["dropout", "recurrentDropout"],
};

/** Layers that call another one with parts of the batch. */
const WRAPPERS = new Set(["TimeDistributed", "Bidirectional", "RNN"]);

/** The dropout layers whose masks we can make. `"head"` places have nothing but features left: `[batch, D]`. */
export function noiseLayers(leaves: readonly LeafLayer[]): NoiseLayer[] {
  return leaves
    .filter(({ layer }) => Object.hasOwn(MASKED, layer.getClassName()))
    .map(({ path, layer }, place) => {
      const rate = Number(layer.getConfig()["rate"]);
      // As TensorFlow.js does it: a rate of 1 is no dropout.
      const site = {
        name: path,
        rate: rate > 0 && rate < 1 ? rate : 0,
        place: inputRank(layer) === 2 ? "head" : "body",
      } as const;
      return { layer, site, place };
    });
}

/** The paths of the layers that are random in training in ways that we cannot repeat. */
export function unsupportedNoise(leaves: readonly LeafLayer[]): string[] {
  return leaves
    .filter(({ layer }) => {
      const name = layer.getClassName();
      const config = layer.getConfig();
      if (WRAPPERS.has(name)) return isRandomInside(config["layer"]) || isRandomInside(config["cell"]);
      return isRandom(name, config);
    })
    .map(({ path }) => path);
}

function isRandomInside(wrapped: unknown): boolean {
  if (typeof wrapped !== "object" || wrapped === null || !("className" in wrapped) || !("config" in wrapped)) return false;
  const { className, config } = wrapped as { className: string; config: { [name: string]: unknown } };
  const cell = className.replace(/Cell$/, "");
  return isRandom(cell, config) || (Object.hasOwn(MASKED, cell) && Number(config["rate"]) > 0);
}

function isRandom(className: string, config: { readonly [name: string]: unknown }): boolean {
  const settings = Object.hasOwn(UNSUPPORTED, className) ? UNSUPPORTED[className]! : [];
  return settings.some((setting) => Number(config[setting] ?? 0) > 0);
}

/** A `call` for a dropout layer that multiplies by our masks; each use of a shared layer in a pass has masks of its own. */
export function maskedCall(tf: TfModule, { layer, site, place }: NoiseLayer, rate: number, masks: MaskRows): LayerCall {
  const { rows, seed, isShared, isBalanced } = masks;
  const exactRate = maskRate(rate);
  let uses = 0;
  return (x) => {
    const dims = maskShape(layer, x);
    if (x.shape[0] !== rows.length) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `The dropout layer ${site.name} reads ${x.shape[0]} rows for a batch of ${rows.length} items; it must keep the batch axis.`,
      );
    }
    const size = dims.slice(1).reduce((product, dim) => product * dim, 1);
    const mask: MaskInput = {
      site,
      input: "",
      key: hashName(`${place}/${uses++}`),
      axes: [{ kind: "item" }, { kind: "fixed", size }],
    };
    const data = new Float32Array(rows.length * size);
    (isShared ? fillSharedMask : fillMask)(data, mask, exactRate, rows, { seed, paddedLength: 1, isBalanced });
    return MASKED[layer.getClassName()]!(tf, x, tf.tensor(data, dims), exactRate.threshold / 65536);
  };
}

/** The mask's shape: the input's, or the layer's noise shape with one row per item (a shared one would tie items of a batch together). */
function maskShape(layer: TfLayer, x: TfTensor): number[] {
  const own = layer as TfLayer & { readonly getNoiseShape?: (x: TfTensor) => readonly number[] | null | undefined };
  const noiseShape = own.getNoiseShape?.(x) ?? (layer as { readonly noiseShape?: readonly (number | null)[] }).noiseShape;
  return x.shape.map((dim, axis) => (axis === 0 ? dim : (noiseShape?.[axis] ?? dim)));
}

function inputRank(layer: TfLayer): number {
  const shapes = layer.inboundNodes[0]?.inputShapes ?? [];
  const [first] = shapes;
  return Array.isArray(first) ? (first as TfShape).length : shapes.length;
}
