import { graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import type { EncoderConfig } from "./encoder-config.js";
import { activate, encoder, LOGITS, layerNorm } from "./encoder-graph.js";
import { encoderNames } from "./encoder-names.js";
import { linear } from "./layers.js";

/** Name of the input with the rows of `[batch*sequence]` whose tokens are to be guessed, int64 `[masked]`. */
export const MASKED_ROWS = "masked_rows";

/** Where Hugging Face's checkpoints keep the head. */
const headNames: Readonly<
  Record<EncoderConfig["modelType"], { readonly dense: string; readonly norm: string; readonly bias: string }>
> = {
  distilbert: { dense: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias" },
  bert: {
    dense: "cls.predictions.transform.dense",
    norm: "cls.predictions.transform.LayerNorm",
    bias: "cls.predictions.bias",
  },
};

/**
 * The forward graph of a masked language model (Devlin 2018, arXiv:1810.04805): logits `[masked, vocabulary]` of the masked tokens alone,
 * since nobody reads the others. The last layer's weight is the table of word embeddings (Press 2017, arXiv:1608.05859).
 */
export function maskedLMGraph(config: EncoderConfig): Graph {
  const b = graphBuilder(createGraph(`${config.modelType}-masked-lm`));
  const names = headNames[config.modelType];
  const hidden = encoder(b, config, { read: "all tokens" });
  const masked = b.gather(hidden, b.input(MASKED_ROWS, { dtype: "int64", shape: ["masked"] }));
  const dense = activate(b, linear(b, masked, names.dense, config.dim, config.dim), config.activation);
  const words = `${encoderNames[config.modelType].prefix}.embeddings.word_embeddings.weight`;
  const logits = b.gemm(layerNorm(b, dense, names.norm, config), words, b.parameter(names.bias, [config.vocabSize]), {
    transB: true,
  });
  b.output(logits, LOGITS);
  return b.graph;
}
