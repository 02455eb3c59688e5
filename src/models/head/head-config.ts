import { z } from "zod";
import { BaalError } from "../../core/errors.js";

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
export function savedHeadConfig({ hiddenSizes: hiddenDims, ...fields }: HeadConfig): Readonly<Record<string, unknown>> {
  return { ...fields, hiddenDims };
}
