import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import type { ConvnetConfig } from "./convnet.js";
import { parseConvnet } from "./convnet-string.js";

/** A linear layer, or an MLP, over feature vectors. */
export interface HeadConfig {
  /** Numbers per feature vector, D. */
  readonly inputDim: number;
  /** Widths of the hidden layers; none by default: a linear classifier. */
  readonly hiddenSizes: readonly number[];
  /** Behind each hidden layer; `"relu"` by default. */
  readonly activation: "relu" | "gelu";
  /** Dropout rate in front of each linear layer; 0.5 by default. */
  readonly dropout: number;
  /** Dropout rate of the features themselves, in front of the first layer; `dropout` by default. */
  readonly inputDropout: number;
  /** Features are brought to length 1 first; false by default. */
  readonly isUnitLength: boolean;
  /** A network in front of all that, where the features are the numbers of a map, channel by channel; none by default. */
  readonly convnet?: ConvnetConfig | undefined;
}

const width = z.number().int().positive();
const rate = z.number().min(0).lt(1);

const schema = z
  .strictObject({
    inputDim: width,
    hiddenSizes: z.array(width).default([]),
    activation: z.enum(["relu", "gelu"]).default("relu"),
    dropout: rate.default(0.5),
    inputDropout: rate.optional(),
    isUnitLength: z.boolean().default(false),
    convnet: z
      .strictObject({
        shape: z.tuple([width, width, width]),
        layers: z.string().default("128,p,d,128"),
        kernel: z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)]).default(1),
        batchNorm: z.boolean().default(false),
        separable: z.boolean().default(false),
        dropout: rate.default(0.5),
        pooling: z.enum(["max", "average", "flatten"]).default("max"),
      })
      .optional(),
  })
  .refine(({ inputDim, convnet }) => !convnet || convnet.shape.reduce((size, dim) => size * dim, 1) === inputDim, {
    message: "inputDim is not the number of numbers of convnet.shape",
  })
  .superRefine(({ convnet }, context) => {
    const read = convnet && parseConvnet(convnet.layers, convnet.shape);
    if (read && "problem" in read)
      context.addIssue({ code: "custom", message: read.problem.message, path: ["convnet", "layers"] });
  })
  .transform((config): HeadConfig => ({ ...config, inputDropout: config.inputDropout ?? config.dropout }));

/**
 * Fills in the defaults and checks the ranges. Saved heads say `hiddenDims` for `hiddenSizes`.
 * Throws `E_ARGUMENT` naming each wrong field; `source` begins the message.
 */
export function headConfig(config: unknown, source = "The head's configuration"): HeadConfig {
  const result = schema.safeParse(withHiddenSizes(config));
  if (result.success) return result.data;
  throw new BaalError("E_ARGUMENT", `${source} is not usable: ${z.prettifyError(result.error)}`, { cause: result.error });
}

function withHiddenSizes(config: unknown): unknown {
  if (typeof config !== "object" || config === null || !("hiddenDims" in config)) return config;
  const { hiddenDims: hiddenSizes, ...fields } = config;
  return { hiddenSizes, ...fields };
}

/** As it is saved. */
export function savedHeadConfig({
  hiddenSizes: hiddenDims,
  isUnitLength,
  ...fields
}: HeadConfig): Readonly<Record<string, unknown>> {
  // What earlier versions do not know is said only where it is so.
  return { ...fields, hiddenDims, ...(isUnitLength ? { isUnitLength } : {}) };
}
