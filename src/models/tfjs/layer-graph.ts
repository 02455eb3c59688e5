import type { TfLayer, TfLayersModel, TfSymbolicTensor, TfTensor } from "./tf-types.js";

/** A layer that is no model itself. */
export interface LeafLayer {
  /** Names of the models it lies in (without the outermost) and its own, joined by dots. */
  readonly path: string;
  readonly layer: TfLayer;
}

export function isModel(layer: TfLayer): layer is TfLayersModel {
  return "layers" in layer && "outputs" in layer;
}

/** The layers of a model and of the models in it, each once, in order. */
export function leafLayers(model: TfLayersModel): LeafLayer[] {
  const found = new Map<TfLayer, string>();
  const visit = (container: TfLayersModel, prefix: string) => {
    for (const layer of container.layers) {
      const path = `${prefix}${layer.name}`;
      if (isModel(layer)) visit(layer, `${path}.`);
      else if (!found.has(layer)) found.set(layer, path);
    }
  };
  visit(model, "");
  return [...found].map(([layer, path]) => ({ path, layer }));
}

/** A value at a place of the graph of layers: a tensor, and Keras' mask of its time steps where there is one. */
export interface LayerValue {
  readonly tensor: TfTensor;
  readonly mask: TfTensor | undefined;
}

/** Values by {@link TfSymbolicTensor.id}. */
export type LayerValues = ReadonlyMap<number, LayerValue>;

/**
 * Runs the layers between `feeds` and `targets`, each as at inference. `feeds` may be values in the middle of the graph. Call it in a
 * tidy; `isKept: false` frees values early (not while gradients are recorded).
 */
export function evaluateLayers(
  targets: readonly TfSymbolicTensor[],
  feeds: LayerValues,
  { isKept }: { readonly isKept: boolean },
): LayerValue[] {
  const order = layersInOrder(targets, (place) => feeds.has(place.id));
  const values = new Map(feeds);
  // Targets count as used once more than they are.
  const usesLeft = new Map(targets.map(({ id }) => [id, 1]));
  for (const place of order) for (const { id } of place.inputs) usesLeft.set(id, (usesLeft.get(id) ?? 0) + 1);
  for (const place of order) {
    const inputs = place.inputs.map((input) => values.get(input.id)!);
    values.set(place.id, applyLayer(place, inputs));
    for (const { id } of isKept ? [] : place.inputs) {
      usesLeft.set(id, usesLeft.get(id)! - 1);
      if (usesLeft.get(id) === 0 && !feeds.has(id)) values.get(id)!.tensor.dispose();
    }
  }
  return targets.map(({ id }) => values.get(id)!);
}

/** Where what is the same for each draw ends: the places that random layers, and those behind them, read; without any, the target. */
export function deterministicFrontier(target: TfSymbolicTensor, isRandom: (layer: TfLayer) => boolean): TfSymbolicTensor[] {
  const random = new Set<number>();
  const frontier = new Map<number, TfSymbolicTensor>();
  for (const place of layersInOrder([target], () => false)) {
    if (!isRandom(place.sourceLayer) && !place.inputs.some(({ id }) => random.has(id))) continue;
    random.add(place.id);
    for (const input of place.inputs) if (!random.has(input.id)) frontier.set(input.id, input);
  }
  return random.size === 0 ? [target] : [...frontier.values()];
}

/** Numbers per row of the largest value on the way to `target`; unknown axes count as 1. */
export function largestPerRow(target: TfSymbolicTensor): number {
  const sizes = layersInOrder([target], () => false).map(({ shape }) =>
    shape.slice(1).reduce<number>((size, dim) => size * (dim ?? 1), 1),
  );
  return sizes.reduce((largest, size) => Math.max(largest, size), 1);
}

/** The places that the targets depend on, each after its inputs; nothing that `isGiven`, nor what is behind it. */
function layersInOrder(
  targets: readonly TfSymbolicTensor[],
  isGiven: (place: TfSymbolicTensor) => boolean,
): readonly TfSymbolicTensor[] {
  const order = new Map<number, TfSymbolicTensor>();
  const stack = targets.map((place) => ({ place, next: 0 })).reverse();
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const isDone = order.has(top.place.id) || isGiven(top.place);
    const input = isDone ? undefined : top.place.inputs[top.next++];
    if (input) {
      stack.push({ place: input, next: 0 });
      continue;
    }
    stack.pop();
    if (!isDone) order.set(top.place.id, top.place);
  }
  return [...order.values()];
}

function applyLayer({ sourceLayer, tensorIndex }: TfSymbolicTensor, inputs: readonly LayerValue[]): LayerValue {
  const tensors = inputs.map(({ tensor }) => tensor);
  const masks = inputs.map(({ mask }) => mask);
  const isMasked = masks.some((mask) => mask !== undefined);
  const options = isMasked ? { training: false, mask: masks[0] ?? null } : { training: false };
  const outputs = listOf(sourceLayer.apply(tensors, options) as TfTensor | TfTensor[]);
  // A model would compute its mask by running its layers again; masks end there, as they do where TensorFlow.js runs one.
  const mask = sourceLayer.supportsMasking && !isModel(sourceLayer) ? maskOf(sourceLayer, tensors, masks) : undefined;
  return { tensor: outputs[tensorIndex]!, mask };
}

function maskOf(layer: TfLayer, tensors: TfTensor[], masks: readonly (TfTensor | undefined)[]): TfTensor | undefined {
  const given = masks.map((mask) => mask ?? null) as TfTensor[];
  const [mask] = listOf(layer.computeMask(tensors, given));
  return mask ?? undefined;
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
