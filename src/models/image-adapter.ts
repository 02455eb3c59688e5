import type { ImageInput } from "../data/images/image-input.js";
import { BaalError } from "../errors.js";
import { PIXEL_VALUES } from "./architectures/convolutional-network.js";
import type { InputAdapter } from "./input-adapter.js";

/** Images as `pixel_values`, float32 `[rows, channels, height, width]`, decoded side by side when the batch is wanted. */
export function imageAdapter(shape: readonly number[]): InputAdapter<ImageInput> {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return {
    length: () => 1,
    async feeds(images) {
      const data = new Float32Array(images.length * size);
      await Promise.all(
        images.map(async (image, row) => {
          const pixels = await image.load();
          if (String(pixels.shape) !== String(shape) || pixels.data.length !== size) {
            throw new BaalError(
              "E_IMAGE",
              `"${image.name}" came as pixels [${pixels.shape}]; this model reads [${shape}]. Prepare the images with the model's own processor.`,
            );
          }
          data.set(pixels.data, row * size);
        }),
      );
      return new Map([[PIXEL_VALUES, { dtype: "float32", dims: [images.length, ...shape], data }]]);
    },
  };
}
