import type { Graph } from "../../engine/onnx/graph.js";

/** A layer of a published network that has dropout in front of it. */
export interface DropoutOfModule {
  /** Path of the dropout module, which stands directly in front of the layer. */
  readonly name: string;
  /** Name of the layer's weight. */
  readonly layer: string;
  readonly rate: number;
}

interface Family {
  /** The weights of its classifier, by their place in it. */
  readonly classifier: readonly number[];
  /** The places that have dropout in front of them, and its rate. */
  readonly before: readonly number[];
  readonly rate: number;
}

/** torchvision's networks whose classifier has dropout, told by the places of its layers: between them stand activations and dropout. */
const FAMILIES: readonly Family[] = [
  // VGG: linear, ReLU, dropout, linear, ReLU, dropout, linear
  { classifier: [0, 3, 6], before: [3, 6], rate: 0.5 },
  // AlexNet: dropout, linear, ReLU, dropout, linear, ReLU, linear
  { classifier: [1, 4, 6], before: [1, 4], rate: 0.5 },
  // MobileNetV3: linear, Hardswish, dropout, linear
  { classifier: [0, 3], before: [3], rate: 0.2 },
  // MobileNetV2, EfficientNet, and SqueezeNet's convolution: dropout, layer
  { classifier: [1], before: [1], rate: 0.2 },
];

/** Where the network that a graph was exported from has dropout in front of its classifier's layers; `undefined` for an unknown one. */
export function dropoutOfModule(graph: Graph): readonly DropoutOfModule[] | undefined {
  const weights = new Map<number, { readonly name: string; readonly rank: number }>();
  for (const [name, { shape }] of graph.parameters) {
    const place = /(^|\.)classifier\.(\d+)\.weight$/.exec(name)?.[2];
    if (place !== undefined) weights.set(Number(place), { name, rank: shape?.length ?? 0 });
  }
  const places = [...weights.keys()].sort((a, b) => a - b);
  const family = FAMILIES.find(({ classifier }) => String(classifier) === String(places));
  return family?.before.map((place) => {
    const { name, rank } = weights.get(place)!;
    return { name: name.replace(/\d+\.weight$/, String(place - 1)), layer: name, rate: rank === 4 ? 0.5 : family.rate };
  });
}
