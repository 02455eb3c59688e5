import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { addDropout, linear } from "./layers.js";

interface ClassificationHeadOptions {
  readonly dim: number;
  readonly classes: number;
  /** Dropout rate before the last layer. */
  readonly dropout: number;
}

type Head = (b: GraphBuilder, first: string, options: ClassificationHeadOptions) => string;

/** From the first token's hidden state `[batch, d]` to logits `[batch, C]`, as Hugging Face's sequence classifiers do it. */
const heads: Readonly<Record<"distilbert" | "bert", Head>> = {
  // W2 dropout(relu(W1 h))
  distilbert: (b, first, { dim, classes, dropout }) => {
    const pooled = b.relu(linear(b, first, "pre_classifier", dim, dim));
    return linear(b, addDropout(b, pooled, { name: "dropout", rate: dropout, place: "head" }), "classifier", dim, classes);
  },
  // W2 dropout(tanh(W1 h))
  bert: (b, first, { dim, classes, dropout }) => {
    const pooled = b.tanh(linear(b, first, "bert.pooler.dense", dim, dim));
    return linear(b, addDropout(b, pooled, { name: "dropout", rate: dropout, place: "head" }), "classifier", dim, classes);
  },
};

export function classificationHead(
  b: GraphBuilder,
  modelType: "distilbert" | "bert",
  first: string,
  options: ClassificationHeadOptions,
): string {
  return heads[modelType](b, first, options);
}

/** The layer between the encoder and the last layer; base and masked-LM checkpoints have none, it is then drawn anew. */
export function isPoolerParameter(name: string): boolean {
  return name.startsWith("pre_classifier.") || name.startsWith("bert.pooler.");
}
