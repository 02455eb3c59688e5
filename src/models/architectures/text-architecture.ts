import type { z } from "zod";
import type { StateDict } from "../../core/bayesian-model.js";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import type { InitialWeightsOptions } from "../graph/initial-weights.js";
import type { EncoderConfig, HubKeys, OwnKeys } from "./encoder-config.js";

/** A config.json as it was read. */
export type HubConfig = Readonly<Record<string, unknown>>;

/** What is read of an encoder: `[batch, d]` of the first tokens, or `[batch*sequence, d]` of all tokens. */
export interface ReadOptions {
  readonly read: "first token" | "all tokens";
}

/** From a text's vector to its logits, as the architecture's sequence classifier does it. */
export interface TextHead<Own extends OwnKeys = OwnKeys> {
  /** Name of the last layer. */
  readonly last: string;
  /** Names of the layers between the encoder and the last one: base and masked-LM checkpoints have none, they are then drawn anew. */
  readonly between: readonly string[];
  /** What the head reads; the first token by default. */
  pooling?(config: EncoderConfig<Own>): "first token" | "mean";
  /** From `[batch, d]` to logits `[batch, C]`. */
  build(b: GraphBuilder, config: EncoderConfig<Own>, vector: string, classes: number): string;
}

/** All that one architecture is made of: how its config.json is read, how its graph is built, how its checkpoints name things. */
export interface TextArchitecture<Own extends OwnKeys = OwnKeys> {
  /** Name of the base model in full checkpoints; base-only checkpoints leave it out. */
  readonly prefix: string;
  /** transformers' classes. */
  readonly classes: { readonly classifier: string; readonly encoder: string };
  readonly keys: HubKeys;
  /** Where they are not BERT's. */
  readonly defaults?: Partial<Omit<EncoderConfig, "modelType" | "own">>;
  /** Checks config.json's other keys that change the computation, and fills in their defaults. */
  readonly own: z.ZodType<Own>;
  readonly head: TextHead<Own>;
  /** Adds the inputs and the encoder; returns its hidden states, as {@link ReadOptions} says. */
  encoder(b: GraphBuilder, config: EncoderConfig<Own>, options: ReadOptions): string;
  /** Most tokens that a text may have; by default as many as there are positions. */
  maxLength?(config: EncoderConfig<Own>): number;
  /** Embedding tables whose row of the padding token is never trained, and that row; that of the words by default. */
  paddingRows?(config: EncoderConfig<Own>): ReadonlyMap<string, number>;
  /** How fresh weights are drawn; by default N(0, range), as BERT's. */
  distribution?(config: EncoderConfig<Own>): InitialWeightsOptions["distribution"];
  /** config.json and checkpoints of the architecture's authors in the form that transformers gives them. */
  modernConfig?(json: HubConfig): HubConfig;
  modernNames?(checkpoint: StateDict): StateDict;
}
