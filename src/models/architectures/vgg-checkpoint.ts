import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { VggConfig } from "./vgg.js";

/** timm keeps VGG's linear layers as convolutions over the whole feature map, under names of its own. */
const TIMM_NAMES: Readonly<Record<string, string>> = {
  "pre_logits.fc1": "classifier.0",
  "pre_logits.fc2": "classifier.3",
  "head.fc": "classifier.6",
};

/** A checkpoint of torchvision's or timm's VGG under torchvision's names and in its shapes. */
export function torchvisionNames(checkpoint: StateDict): StateDict {
  return new Map(
    [...checkpoint].map(([name, tensor]) => {
      const layer = name.replace(/\.[^.]*$/, "");
      const renamed = TIMM_NAMES[layer];
      return renamed === undefined ? [name, tensor] : [renamed + name.slice(layer.length), asMatrix(tensor)];
    }),
  );
}

/** `[out, in, h, w]` as `[out, in h w]`: the same numbers in the same order. */
function asMatrix({ dims, data }: StateTensor): StateTensor {
  return dims.length === 4 ? { dims: [dims[0]!, dims[1]! * dims[2]! * dims[3]!], data } : { dims, data };
}

type CheckpointConfig = Omit<VggConfig, "imageSize" | "dropout">;

/**
 * Reads a VGG's form off its checkpoint (torchvision's names): the numbers in the names count the modules without weights as well.
 * A last pooling is taken for granted. Throws `E_MODEL_FORMAT` when it is no VGG.
 */
export function vggConfigOfCheckpoint(checkpoint: StateDict, source: string): CheckpointConfig {
  const indexOf = (name: string) => Number(/^features\.(\d+)\.weight$/.exec(name)?.[1]);
  const all = [...checkpoint].filter(([name]) => /^features\.\d+\.weight$/.test(name));
  const convolutions = all.filter(([, { dims }]) => dims.length === 4).sort(([a], [b]) => indexOf(a) - indexOf(b));
  const first = convolutions[0];
  const linear = [0, 3, 6, 9].flatMap((i) => checkpoint.get(`classifier.${i}.weight`) ?? []);
  if (!first || linear.length === 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${source} holds no VGG: weights like "features.0.weight" and "classifier.0.weight" (torchvision) or "pre_logits.fc1.weight" (timm) were expected, ${[...checkpoint.keys()].slice(0, 3).join(", ")}, ... came.`,
    );
  }
  const batchNorm = all.length > convolutions.length;
  const modules = batchNorm ? 3 : 2;
  const layers = convolutions.flatMap(([name, { dims }], i) => {
    const next = convolutions[i + 1]?.[0];
    const isPooled = next === undefined || indexOf(next) - indexOf(name) > modules;
    return isPooled ? [dims[0]!, "M" as const] : [dims[0]!];
  });
  const channels = convolutions.at(-1)![1].dims[0]!;
  return {
    layers,
    batchNorm,
    numChannels: first[1].dims[1]!,
    poolSize: Math.round(Math.sqrt(linear[0]!.dims[1]! / channels)),
    hiddenSizes: linear.slice(0, -1).map(({ dims }) => dims[0]!),
  };
}
