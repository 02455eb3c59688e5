import { z } from "zod";

/** What the Model screen sets: the head on the encoder's features and its loss. */
export const modelConfig = z.strictObject({
  kind: z.enum(["solved", "head", "fine-tune"]).default("solved"),
  head: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("linear") }),
      z.strictObject({ type: z.literal("mlp"), hidden: z.array(z.int().min(1).max(4096)).min(1).max(4).default([128]) }),
      z.strictObject({
        type: z.literal("convnet"),
        /** A number is a convolution with so many channels and ReLU, `p` 2x2 maximum pooling, `d` spatial dropout, `r` a residual block. */
        layers: z.string().default("128,p,d,128"),
        kernel: z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)]).default(1),
        batchNorm: z.boolean().default(false),
        separable: z.boolean().default(false),
      }),
      /** Features of several layers, each pooled, side by side. */
      z.strictObject({ type: z.literal("multiscale"), layers: z.string().default("add") }),
    ])
    .default({ type: "linear" }),
  pooling: z.enum(["max", "average", "flatten"]).default("max"),
  dropout: z.number().min(0).max(0.95).default(0.5),
  output: z.enum(["softmax", "sigmoid"]).default("softmax"),
  loss: z.enum(["cross-entropy", "focal"]).default("cross-entropy"),
  gamma: z.number().min(0).max(10).default(2),
  labelSmoothing: z.number().min(0).max(0.25).default(0),
  weightDecay: z.number().min(0).max(1).default(0),
  /** Features are brought to length 1. */
  normalise: z.boolean().default(false),
  fixMatch: z
    .strictObject({
      lambda: z.number().min(0).max(10).default(0),
      tau: z.number().min(0.5).max(1).default(0.95),
      mu: z.int().min(1).max(16).default(1),
    })
    .default({ lambda: 0, tau: 0.95, mu: 1 }),
  domainConfusion: z.number().min(0).max(10).default(0),
});

export type ModelConfig = z.infer<typeof modelConfig>;

/** What the Train screen sets. */
export const trainConfig = z.strictObject({
  sampler: z.enum(["class", "instance", "squareroot"]).default("class"),
  optimizer: z.enum(["adam", "momentum"]).default("adam"),
  learningRate: z.number().gt(0).max(10).default(1e-3),
  schedule: z.enum(["none", "cosine"]).default("none"),
  batchSize: z.int().min(1).max(1024).default(16),
  batchesPerEpoch: z.int().min(1).max(10_000).default(100),
  epochs: z.int().min(1).max(1000).default(10),
  predictionBatchSize: z.int().min(1).max(4096).default(64),
  /** The encoder is trained as well after this epoch; -1: never. */
  fineTuneAfter: z.int().min(-1).max(1000).default(-1),
  updatePredictions: z.boolean().default(true),
});

export type TrainConfig = z.infer<typeof trainConfig>;
