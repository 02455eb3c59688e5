import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { type Activation, activate } from "./activations.js";
import type { EncoderConfig } from "./encoder-config.js";
import { addDropout, linear } from "./layers.js";
import type { TextHead } from "./text-architecture.js";

/** W dropout(vector) + b */
export function lastLayerOf(b: GraphBuilder, config: EncoderConfig, vector: string, classes: number): string {
  const dropped = addDropout(b, vector, { name: "dropout", rate: config.classifierDropout, place: "head" });
  return linear(b, dropped, "classifier", config.dim, classes);
}

/** W2 dropout(tanh(W1 h)), the first layer being the encoder's own pooler: BERT's head. */
export function poolerHead(pooler: string): TextHead {
  return {
    last: "classifier",
    between: [pooler],
    build: (b, config, vector, classes) =>
      lastLayerOf(b, config, b.tanh(linear(b, vector, pooler, config.dim, config.dim)), classes),
  };
}

/** W2 dropout(f(W1 dropout(h))): the head of RoBERTa and its kin, whose dropout module stands in front of both layers. */
export function denseHead(activation: Activation): TextHead {
  return {
    last: "classifier.out_proj",
    between: ["classifier.dense"],
    build(b, { dim, classifierDropout: rate }, vector, classes) {
      const drop = (x: string, name: string) => addDropout(b, x, { name, rate, place: "head" });
      const inner = linear(b, drop(vector, "classifier.dropout"), "classifier.dense", dim, dim);
      return linear(b, drop(activate(b, inner, activation), "classifier.dropout.1"), "classifier.out_proj", dim, classes);
    },
  };
}
