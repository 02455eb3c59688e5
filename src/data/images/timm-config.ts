import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { RESAMPLE_NUMBERS, resampleOf } from "./resizing.js";

const length = z.number().int().positive();

const schema = z.object({
  pretrained_cfg: z.object({
    input_size: z.tuple([z.number().int(), length, length]),
    interpolation: z.string().default("bicubic"),
    crop_pct: z.number().positive().default(0.875),
    crop_mode: z.enum(["center", "squash"]).default("center"),
    mean: z.array(z.number()),
    std: z.array(z.number()),
  }),
});

/**
 * timm's way of preparing images for evaluation, from the `pretrained_cfg` of its `config.json`, as a `preprocessor_config.json`:
 * the shorter edge (or, for `"squash"`, both) is resized to the input size divided by `crop_pct`, then the middle is cut out.
 * `undefined` for a file of another library. Throws `E_MODEL_FORMAT`.
 */
export function timmPreprocessorConfig(config: unknown, where: string): Readonly<Record<string, unknown>> | undefined {
  if (typeof config !== "object" || config === null || !("pretrained_cfg" in config)) return undefined;
  const parsed = schema.safeParse(config);
  if (!parsed.success) throw new BaalError("E_MODEL_FORMAT", `${where}: pretrained_cfg: ${z.prettifyError(parsed.error)}`);
  const { input_size, interpolation, crop_pct, crop_mode, mean, std } = parsed.data.pretrained_cfg;
  const [channels, height, width] = input_size;
  const scaled = (edge: number) => Math.floor(edge / crop_pct);
  const squash = crop_mode === "squash" || height !== width;
  return {
    image_processor_type: "CLIPImageProcessor",
    ...(channels === 1 ? { do_convert_rgb: false, do_convert_grayscale: true } : { do_convert_rgb: true }),
    do_resize: true,
    size: squash ? { height: scaled(height), width: scaled(width) } : { shortest_edge: scaled(height) },
    // "random" is meant for training only.
    resample: RESAMPLE_NUMBERS[resampleOf(interpolation) ?? "bicubic"],
    do_center_crop: true,
    crop_size: { height, width },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  };
}
