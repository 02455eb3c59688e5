import { graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { activate } from "./activations.js";
import type { EncoderConfig } from "./encoder-config.js";
import { encoderInitialization } from "./encoder-graph.js";
import { layerNorm, linear } from "./layers.js";
import { textArchitecture } from "./text-architectures.js";
import { LOGITS } from "./text-inputs.js";

/** Name of the input with the rows of `[batch*sequence]` whose tokens are to be guessed, int64 `[masked]`. */
export const MASKED_ROWS = "masked_rows";

interface HeadNames {
  readonly dense: string;
  readonly norm: string;
  readonly bias: string;
}

const BERT_HEAD: HeadNames = {
  dense: "cls.predictions.transform.dense",
  norm: "cls.predictions.transform.LayerNorm",
  bias: "cls.predictions.bias",
};

/** Where Hugging Face's checkpoints keep the head; BERT's names by default: a head is drawn anew and forgotten again. */
const headNames: Readonly<Partial<Record<EncoderConfig["modelType"], HeadNames>>> = {
  distilbert: { dense: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias" },
};

/**
 * The forward graph of a masked language model (Devlin 2018, arXiv:1810.04805): logits `[masked, vocabulary]` of the masked tokens alone,
 * since nobody reads the others. The last layer's weight is the table of word embeddings (Press 2017, arXiv:1608.05859).
 */
export function maskedLMGraph(config: EncoderConfig): Graph {
  const b = graphBuilder(createGraph(`${config.modelType}-masked-lm`));
  const names = headNames[config.modelType] ?? BERT_HEAD;
  const hidden = textArchitecture(config.modelType).encoder(b, config, { read: "all tokens" });
  const masked = b.gather(hidden, b.input(MASKED_ROWS, { dtype: "int64", shape: ["masked"] }));
  const words = [...encoderInitialization(config, 0).paddingRows!.keys()][0]!;
  const width = b.type(words)!.shape![1] as number;
  const dense = activate(b, linear(b, masked, names.dense, config.dim, width), config.activation);
  const normed = layerNorm(b, dense, names.norm, { dim: width, epsilon: config.layerNormEpsilon });
  b.output(b.gemm(normed, words, b.parameter(names.bias, [config.vocabSize]), { transB: true }), LOGITS);
  return b.graph;
}
