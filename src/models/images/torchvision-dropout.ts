import { depth, growing, growingTowards, NO_HEAD, type SourceDropout, without } from "./source-dropout.js";

/** Facts that tell torchvision's networks of one family apart. */
interface Size {
  readonly blocks: number;
  /** Of the features that the last layer reads. */
  readonly width: number | undefined;
}

const BLOCK = /((?:^|.*\.)features\.\d+\.\d+)\.(?:block|attn)(?:\.|$)/;

/** How deep the published networks are dropped, by blocks and width; as its class does where it is another one. */
const CONVNEXT: readonly (readonly [blocks: number, width: number, rate: number])[] = [
  [18, 768, 0.1],
  [36, 768, 0.4],
  [36, 1024, 0.5],
  [36, 1536, 0.5],
];
const SWIN: typeof CONVNEXT = [
  [12, 768, 0.2],
  [24, 768, 0.3],
  [24, 1024, 0.5],
];
/** In front of the last layer of an EfficientNet. */
const EFFICIENTNET: typeof CONVNEXT = [
  [16, 1280, 0.2],
  [23, 1280, 0.2],
  [23, 1408, 0.3],
  [26, 1536, 0.3],
  [32, 1792, 0.4],
  [39, 2048, 0.4],
  [45, 2304, 0.5],
  [55, 2560, 0.5],
  [40, 1280, 0.2],
  [57, 1280, 0.3],
  [79, 1280, 0.4],
];

function rateOf(table: typeof CONVNEXT, { blocks, width }: Size, fallback: number): number {
  return table.find(([b, w]) => b === blocks && w === width)?.[2] ?? fallback;
}

/** By the path of a module that only this family has. */
const FAMILIES: readonly (readonly [RegExp, (size: Size) => SourceDropout])[] = [
  [
    /(^|\.)features\.\d+\.\d+\.attn(\.|$)/,
    (size) => ({ block: BLOCK, sites: [depth("stochastic_depth", growing(rateOf(SWIN, size, 0.1)))], head: NO_HEAD }),
  ],
  [
    // A convolution with its normalization and activation; ConvNeXt's blocks have single layers.
    /(^|\.)features\.\d+\.\d+\.block\.\d+\.\d+$/,
    (size) => ({
      block: BLOCK,
      sites: [depth("stochastic_depth", growingTowards(0.2))],
      head: { name: "classifier.0", rate: rateOf(EFFICIENTNET, size, 0.2) },
    }),
  ],
  [
    /(^|\.)features\.\d+\.\d+\.block\.\d+$/,
    (size) => ({ block: BLOCK, sites: [depth("stochastic_depth", growing(rateOf(CONVNEXT, size, 0)))], head: NO_HEAD }),
  ],
  [/(^|\.)Mixed_5b\./, () => without({ name: "dropout", rate: 0.5 })],
  [/(^|\.)inception3a\./, () => without({ name: "dropout", rate: 0.2 })],
  // Residual networks, DenseNet, RegNet, ShuffleNet and the vision transformer have none.
  [/(^|\.)layer1\.0\.conv1$/, () => without()],
  [/(^|\.)features\.denseblock1\./, () => without()],
  [/(^|\.)trunk_output\./, () => without()],
  [/(^|\.)stage2\.0\.branch2\./, () => without()],
  [/(^|\.)encoder\.layers\.encoder_layer_0\./, () => without()],
];

/** The dropout of torchvision's network with modules of these paths; `undefined` for another network. */
export function torchvisionDropout(paths: Iterable<string>, width: number | undefined): SourceDropout | undefined {
  const all = [...new Set(paths)];
  const blocks = new Set(all.flatMap((path) => BLOCK.exec(path)?.[1] ?? [])).size;
  return FAMILIES.find(([pattern]) => all.some((path) => pattern.test(path)))?.[1]({ blocks, width });
}
