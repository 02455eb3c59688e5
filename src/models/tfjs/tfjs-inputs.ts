import type { Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { type ImageInput, type ImagePixels, isImageInput } from "../../data/images/image-input.js";
import type { TfLayersModel, TfModule, TfShape, TfTensor } from "./tf-types.js";

/** Inputs that a model reads without being told how: images, and rows of numbers in the order of the model's input. */
export type TfjsInput = ImageInput | ImagePixels | Float32Array | readonly number[];

/** One tensor `[batch, ...]` per input of the model. They become the model's, which frees them. */
export type BatchTensors = TfTensor | readonly TfTensor[];

/**
 * The first axis of the model's input is the batch's. Images `[C, H, W]` become `[H, W, C]`, as Keras has them; numbers are taken as
 * they are. Throws `E_DATA` naming an item that does not fit, `E_MODEL_FORMAT` for a model with several inputs or unknown axes.
 */
export function defaultTensors(tf: TfModule, model: TfLayersModel): (examples: readonly Example<unknown>[]) => Promise<TfTensor> {
  return async (examples) => {
    const dims = inputDims(model);
    const size = dims.reduce((product, dim) => product * dim, 1);
    const batch = new Float32Array(examples.length * size);
    const isInteger = model.inputs[0]!.dtype === "int32";
    for (const [i, { input, index }] of examples.entries()) {
      const row = batch.subarray(i * size, (i + 1) * size);
      if (isImageInput(input)) writePixels(row, await input.load(), dims, index);
      else if (isPixels(input)) writePixels(row, input, dims, index);
      else if (isNumbers(input) && input.length === size) row.set(input);
      else throw unusable(input, dims, index);
    }
    return tf.tensor(isInteger ? Int32Array.from(batch) : batch, [examples.length, ...dims], isInteger ? "int32" : "float32");
  };
}

function inputDims({ inputs }: TfLayersModel): number[] {
  const shape: TfShape = inputs[0]?.shape ?? [];
  const dims = shape.slice(1);
  if (inputs.length !== 1 || dims.some((dim) => dim === null)) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The model has ${inputs.length} inputs, the first of shape [${shape.map((dim) => dim ?? "?")}]; give toTensor to fill several inputs or open axes.`,
    );
  }
  return dims.map(Number);
}

function writePixels(row: Float32Array, { shape, data }: ImagePixels, dims: readonly number[], index: number): void {
  const [channels, height, width] = shape;
  if (dims.length !== 3 || dims[0] !== height || dims[1] !== width || dims[2] !== channels) {
    throw new BaalError(
      "E_DATA",
      `Item ${index} is an image of ${channels} channels, ${height} x ${width}; the model reads [height, width, channels] = [${dims}]. Resize it, or give toTensor.`,
    );
  }
  const area = height * width;
  for (let c = 0; c < channels; c++) for (let i = 0; i < area; i++) row[i * channels + c] = data[c * area + i]!;
}

function isPixels(input: unknown): input is ImagePixels {
  return typeof input === "object" && input !== null && "shape" in input && "data" in input;
}

function isNumbers(input: unknown): input is ArrayLike<number> {
  return input instanceof Float32Array || Array.isArray(input);
}

function unusable(input: unknown, dims: readonly number[], index: number): BaalError {
  const came = isNumbers(input) ? `${input.length} numbers` : `a ${typeof input}`;
  return new BaalError(
    "E_DATA",
    `Item ${index} has ${came} as its input; the model reads [${dims}]: an image, or as many numbers in that order. Other inputs need toTensor.`,
  );
}
