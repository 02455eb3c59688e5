import type { ModelPatch } from "../../bayesian/model-patch.js";
import type { Example } from "../../core/dataset.js";
import { type CallOverrides, withCalls } from "./call-overrides.js";
import { evaluateLayers, isModel, type LayerValue, type LayerValues, type LeafLayer, leafLayers } from "./layer-graph.js";
import type { LayerWeights } from "./layer-weights.js";
import { type MaskRows, maskedCall, type NoiseLayer } from "./noise-layers.js";
import type { OutputLayer } from "./output-layer.js";
import type { TfLayer, TfLayersModel, TfModule, TfTensor } from "./tf-types.js";

/** A model taken apart: what predicting and training share. */
export interface TfjsGraph<Input> {
  readonly tf: TfModule;
  readonly model: TfLayersModel;
  readonly labels: readonly string[];
  readonly leaves: readonly LeafLayer[];
  readonly noise: readonly NoiseLayer[];
  readonly output: OutputLayer;
  readonly weights: LayerWeights;
  /** A batch's inputs, one tensor `[batch, ...]` per input of the model; the caller frees them. */
  readonly tensorsOf: (examples: readonly Example<Input>[]) => Promise<readonly TfTensor[]>;
}

export function inputValues(model: TfLayersModel, tensors: readonly TfTensor[]): Map<number, LayerValue> {
  return new Map(model.inputs.map(({ id }, i) => [id, { tensor: tensors[i]!, mask: undefined }]));
}

/** Calls by which the dropout layers multiply by masks instead of passing everything on. `rates` are by site name. */
export function dropoutCalls(
  { tf, noise }: Pick<TfjsGraph<never>, "tf" | "noise">,
  rates: ReadonlyMap<string, number>,
  masks: MaskRows,
): CallOverrides {
  const active = noise.filter(({ site }) => (rates.get(site.name) ?? 0) > 0);
  return new Map(active.map((layer) => [layer.layer, maskedCall(tf, layer, rates.get(layer.site.name)!, masks)]));
}

/** Class scores `[batch, C]` from values in the graph. Call it in a tidy. */
export function classScores(
  { tf, model, output }: Pick<TfjsGraph<never>, "tf" | "model" | "output">,
  values: LayerValues,
  { calls, isKept }: { readonly calls: CallOverrides; readonly isKept: boolean },
): TfTensor {
  const all = new Map<TfLayer, NonNullable<ReturnType<CallOverrides["get"]>>>([...output.scores, ...calls]);
  const [scores] = withCalls(all, () => evaluateLayers(model.outputs, values, { isKept }));
  const { tensor } = scores!;
  return output.isBinary ? tf.concat([tf.zerosLike(tensor), tensor], 1) : tensor;
}

/** Whether a layer, or one in it, gives something else in each draw under this patch. */
export function randomLayers(
  { noise, weights }: Pick<TfjsGraph<never>, "noise" | "weights">,
  patch: ModelPatch | undefined,
): (layer: TfLayer) => boolean {
  const isLeafRandom = randomLeaves(noise, weights, patch);
  return (layer) => (isModel(layer) ? leafLayers(layer).some((leaf) => isLeafRandom(leaf.layer)) : isLeafRandom(layer));
}

function randomLeaves(
  noise: TfjsGraph<never>["noise"],
  weights: TfjsGraph<never>["weights"],
  patch: ModelPatch | undefined,
): (layer: TfLayer) => boolean {
  if (!patch) return () => false;
  if (patch.kind === "dropout") {
    const active = new Set(noise.filter(({ site }) => patch.rates.has(site.name)).map(({ layer }) => layer));
    return (layer) => active.has(layer);
  }
  const varying = new Set(patch.varying.map((name) => weights.variable(name)));
  return (layer) => layer.weights.some((variable) => varying.has(variable));
}
