import type { Dataset } from "../../src/core/dataset.js";
import { createRandom } from "../../src/core/random.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import type { PythonCall } from "../python-worker.js";

/** A VGG that both sides build. */
export interface Vgg {
  readonly depth: 11 | 16;
  /** Height and width of the pixels. */
  readonly imageSize: number;
  readonly poolSize: number;
  readonly hiddenSize: number;
  readonly classes: number;
}

/** As published, for ImageNet. */
export const VGG16: Vgg = { depth: 16, imageSize: 224, poolSize: 7, hiddenSize: 4096, classes: 1000 };

/** For images of CIFAR's size: nothing is left of them but one vector of 512. */
export const VGG16_32: Vgg = { ...VGG16, imageSize: 32, poolSize: 1, hiddenSize: 512, classes: 10 };

export function createVgg({ depth, imageSize, poolSize, hiddenSize, classes }: Vgg, threads: number): ImageClassifier {
  const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const config = {
    architecture: `vgg${depth}`,
    imageSize: [imageSize, imageSize] as [number, number],
    poolSize,
    hiddenSizes: [hiddenSize, hiddenSize],
  };
  return ImageClassifier.fromConfig(config, { labels, threads, seed: 0 });
}

/** The same network for `bench/python/vgg.py`. */
export function pythonVgg({ depth, poolSize, hiddenSize, classes }: Vgg): PythonCall["numbers"] {
  return { depth, pool_size: poolSize, hidden_size: hiddenSize, classes };
}

export interface RandomPixels {
  readonly shape: readonly [number, number, number, number];
  readonly data: Float32Array;
  readonly dataset: Dataset<ImageInput>;
}

/** Random pixels `[count, 3, size, size]`, and as a data set with a label each. */
export function randomPixels(count: number, { imageSize, classes }: Vgg): RandomPixels {
  const random = createRandom(0);
  const shape = [3, imageSize, imageSize] as const;
  const area = 3 * imageSize * imageSize;
  const data = Float32Array.from({ length: count * area }, () => random.normal());
  const inputs = Array.from({ length: count }, (_, index) => {
    const pixels = { shape, data: data.subarray(index * area, (index + 1) * area) };
    return { name: `image ${index}`, load: () => pixels };
  });
  return {
    shape: [count, ...shape],
    data,
    dataset: { length: count, at: (index) => ({ index, input: inputs[index]!, target: index % classes }) },
  };
}
