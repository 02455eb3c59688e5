import { z } from "zod";
import { BaalError, type ErrorCode } from "../../core/errors.js";
import type { Distribution } from "../graph/initial-weights.js";
import type { ConvolutionalNetwork } from "./convolutional-network.js";
import { publishedImage } from "./published-images.js";
import { SMALL_CNN_DEFAULTS, type SmallCnnConfig, smallCnnDistribution, smallCnnNetwork, smallCnnSchema } from "./small-cnn.js";
import { publishedVgg, VGG_DEFAULTS, type VggConfig, vggDistribution, vggNetwork, vggSchema } from "./vgg.js";

/** An image network that can be built from numbers alone. */
export type ImageNetworkConfig =
  | (VggConfig & { readonly architecture: "vgg" })
  | (SmallCnnConfig & { readonly architecture: "small-cnn" });

/** `architecture` is "vgg11", "vgg13", "vgg16", "vgg19" (each also with "_bn"), "vgg" with layers of one's own, or "small-cnn". */
export type ImageConfig = { readonly architecture: string } & Partial<VggConfig> & Partial<SmallCnnConfig>;

/** Fills in the defaults and checks. Throws an error with `code`, `E_ARGUMENT` by default, that names the field. */
export function imageNetworkConfig(given: ImageConfig, code: ErrorCode = "E_ARGUMENT"): ImageNetworkConfig {
  const { architecture, ...overrides } = given;
  if (architecture === "small-cnn") {
    return { ...parse(smallCnnSchema, { ...SMALL_CNN_DEFAULTS, ...overrides }, code), architecture };
  }
  const published = architecture === "vgg" ? { batchNorm: false } : publishedVgg(architecture);
  if (published) return { ...parse(vggSchema, { ...VGG_DEFAULTS, ...published, ...overrides }, code), architecture: "vgg" };
  throw new BaalError(
    code,
    `The architecture "${architecture}" cannot be built from a configuration; vgg11, vgg13, vgg16, vgg19 (each also with _bn), vgg (with layers) and small-cnn can.`,
  );
}

export function imageNetwork(config: ImageNetworkConfig, classes: number): ConvolutionalNetwork {
  return config.architecture === "vgg" ? vggNetwork(config, classes) : smallCnnNetwork(config, classes);
}

/** Whether a folder holds a network that was made here from numbers, which its config.json has. */
export function isOwnNetwork({ baal }: Readonly<Record<string, unknown>>): boolean {
  return typeof baal === "object" && baal !== null && "architecture" in baal;
}

/** Whether a config.json describes a network that is built here; without any type, the checkpoint's names decide. */
export function isBuildableImage(config: Readonly<Record<string, unknown>>): boolean {
  if (isOwnNetwork(config) || publishedImage(config)) return true;
  const { model_type: type, architecture } = config;
  return type === undefined ? architecture === undefined || /^vgg/i.test(String(architecture)) : false;
}

/** How the architecture's authors draw fresh weights. */
export const imageDistributions: Readonly<
  Record<ImageNetworkConfig["architecture"], (name: string, dims: readonly number[]) => Distribution>
> = { vgg: vggDistribution, "small-cnn": smallCnnDistribution };

function parse<T>(schema: z.ZodType<T>, value: unknown, code: ErrorCode): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BaalError(code, `The image network's configuration is wrong: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}
