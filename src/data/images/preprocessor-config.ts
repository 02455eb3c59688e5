import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { createImageProcessor, type ImageProcessor, type ImageProcessorSettings } from "./image-processor.js";
import type { ImageSize, ResizeRule } from "./resizing.js";
import { RESAMPLE_NUMBERS, type Resample, resampleOf } from "./resizing.js";

const length = z.number().int().positive();
const sizeSchema = z.union([
  length,
  z.object({ height: length, width: length }),
  z.object({ shortest_edge: length, longest_edge: length.optional() }),
  z.object({ longest_edge: length }),
]);
const perChannel = z.union([z.number(), z.array(z.number()).min(1)]);
const flag = z.boolean().nullish();

const configSchema = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: flag,
  size: sizeSchema.nullish(),
  image_size: sizeSchema.nullish(),
  resample: z.union([z.number().int().min(0).max(5), z.string()]).nullish(),
  resize_like: z.enum(["transformers.js", "pillow"]).nullish(),
  do_center_crop: flag,
  crop_size: z.union([length, z.object({ height: length, width: length })]).nullish(),
  crop_pct: z.number().positive().nullish(),
  do_rescale: flag,
  rescale_factor: z.number().nullish(),
  do_normalize: flag,
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
  mean: perChannel.nullish(),
  std: perChannel.nullish(),
  do_convert_rgb: flag,
  do_convert_grayscale: flag,
  do_flip_channel_order: flag,
  include_top: flag,
  do_pad: flag,
  do_thumbnail: flag,
  do_crop_margin: flag,
  keep_aspect_ratio: flag,
  size_divisor: z.number().nullish(),
  size_divisibility: z.number().nullish(),
});

type Config = z.infer<typeof configSchema>;

/** Steps of detection, segmentation and document models. */
const UNSUPPORTED = [
  "do_pad",
  "do_thumbnail",
  "do_crop_margin",
  "keep_aspect_ratio",
  "size_divisor",
  "size_divisibility",
] as const satisfies readonly (keyof Config)[];

/** Processors for which a size that is one number means the shorter edge; for all others it means a square. */
const SHORTEST_EDGE_TYPES = /^(CLIP|ChineseCLIP|ConvNext|MobileNet|MobileViT|Bit|Levit|PoolFormer|Pvt|Convnext)/i;

/**
 * The image processor that a `preprocessor_config.json` describes, as transformers.js reads it: image classifiers' fields, of old
 * (`feature_extractor_type`) and new (`image_processor_type`) files. A size that is one number is read as Python's transformers
 * does: a square, or the shorter edge for CLIP, ConvNeXT, MobileNet and others.
 * An own field, `resize_like: "pillow"`, makes resizing that of Python's processors.
 *
 * Throws `E_MODEL_FORMAT` for a file with fields of the wrong kind, or with steps that classifiers do not have (padding, ...).
 */
export function imageProcessorFromConfig(config: unknown, where = "preprocessor_config.json"): ImageProcessor {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw formatError(where, `it is no image processor's configuration. ${z.prettifyError(parsed.error)}`);
  const unsupported = UNSUPPORTED.find((field) => parsed.data[field]);
  if (unsupported) throw formatError(where, `it asks for ${unsupported}, a step that is not known here.`);
  return createImageProcessor(settingsOf(parsed.data, where), config as Readonly<Record<string, unknown>>);
}

function settingsOf(config: Config, where: string): ImageProcessorSettings {
  const type = config.image_processor_type ?? config.feature_extractor_type ?? "";
  const channels = config.do_convert_grayscale && !config.do_convert_rgb ? 1 : 3;
  const { mean, std } = normalisation(config, type, channels, where);
  return {
    channels,
    ...geometry(config, type, where),
    resample: knownResample(config.resample ?? 2, where),
    resizeLike: config.resize_like ?? "transformers.js",
    rescaleFactor: (config.do_rescale ?? true) ? (config.rescale_factor ?? 1 / 255) : 1,
    mean,
    std,
    flipChannels: config.do_flip_channel_order ?? false,
  };
}

function geometry(config: Config, type: string, where: string): Pick<ImageProcessorSettings, "resize" | "crop"> {
  const size = config.size ?? config.image_size ?? undefined;
  const crop = config.do_center_crop ? squareOf(config.crop_size ?? undefined) : undefined;
  if (config.do_center_crop && crop === undefined) throw formatError(where, "it has do_center_crop but no crop_size.");
  if (!(config.do_resize ?? size !== undefined)) return { resize: undefined, crop };
  if (size === undefined) throw formatError(where, "it has do_resize but no size.");
  const resize = resizeRule(size, type);
  if (!/^ConvNext/i.test(type)) return { resize, crop };
  return convNextGeometry(resize, config.crop_pct ?? 224 / 256, crop, where);
}

/** ConvNeXT's way: below 384 pixels the image is resized to a little more and its middle cut out, else it is made a square. */
function convNextGeometry(resize: ResizeRule, cropShare: number, crop: ImageSize | undefined, where: string) {
  const edge = "height" in resize ? undefined : resize.shortestEdge;
  if (edge === undefined) throw formatError(where, "a ConvNeXT processor needs the size's shortest_edge.");
  const square = { height: edge, width: edge };
  if (edge >= 384) return { resize: square, crop };
  return { resize: { shortestEdge: Math.floor(edge / cropShare) }, crop: crop ?? square };
}

function resizeRule(size: z.infer<typeof sizeSchema>, type: string): ResizeRule {
  if (typeof size === "number") return SHORTEST_EDGE_TYPES.test(type) ? { shortestEdge: size } : { height: size, width: size };
  if ("height" in size) return { height: size.height, width: size.width };
  if ("shortest_edge" in size) return { shortestEdge: size.shortest_edge, longestEdge: size.longest_edge };
  return { longestEdge: size.longest_edge };
}

function squareOf(size: number | ImageSize | undefined): ImageSize | undefined {
  return typeof size === "number" ? { height: size, width: size } : size;
}

function normalisation(config: Config, type: string, channels: 1 | 3, where: string) {
  const all = (value: number): number[] => new Array<number>(channels).fill(value);
  if (!config.do_normalize) return { mean: all(0), std: all(1) };
  const list = (value: z.infer<typeof perChannel>) => (typeof value === "number" ? all(value) : value);
  const mean = config.image_mean ?? config.mean;
  const std = config.image_std ?? config.std;
  if (mean === null || mean === undefined || std === null || std === undefined)
    throw formatError(where, "it has do_normalize but no image_mean or image_std.");
  if (list(mean).length !== channels || list(std).length !== channels)
    throw formatError(where, `image_mean and image_std need a number for each of the ${channels} channels.`);
  // The EfficientNets of Keras were trained on images that were normalised twice.
  const squared = /^EfficientNet/i.test(type) && (config.include_top ?? true);
  return { mean: list(mean), std: list(std).map((value) => (squared ? value * value : value)) };
}

function knownResample(value: number | string, where: string): Resample {
  const known = resampleOf(value);
  if (known) return known;
  const names = Object.keys(RESAMPLE_NUMBERS).join(", ");
  throw formatError(where, `resample is ${JSON.stringify(value)}; known are ${names} and Pillow's numbers.`);
}

function formatError(where: string, what: string): BaalError {
  return new BaalError("E_MODEL_FORMAT", `${where}: ${what}`);
}
