/** Where an architecture keeps its weights in a Hugging Face checkpoint, and what its dropout modules are called. */
export interface EncoderNames {
  readonly prefix: string;
  readonly layer: (index: number) => string;
  /** Relative to the layer. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly feedForwardIn: string;
  readonly feedForwardOut: string;
  readonly outputNorm: string;
  /** Dropout modules, relative to the layer; `undefined` where the architecture has none there. */
  readonly attentionDropout: string;
  readonly attentionOutputDropout: string | undefined;
  readonly feedForwardDropout: string | undefined;
}

/** BERT's names, which most architectures took over but for the prefix. */
const bertNames = (prefix: string): EncoderNames => ({
  prefix,
  layer: (index) => `${prefix}.encoder.layer.${index}`,
  query: "attention.self.query",
  key: "attention.self.key",
  value: "attention.self.value",
  attentionOutput: "attention.output.dense",
  attentionNorm: "attention.output.LayerNorm",
  feedForwardIn: "intermediate.dense",
  feedForwardOut: "output.dense",
  outputNorm: "output.LayerNorm",
  attentionDropout: "attention.self.dropout",
  attentionOutputDropout: "attention.output.dropout",
  feedForwardDropout: "output.dropout",
});

export const encoderNames = {
  distilbert: {
    prefix: "distilbert",
    layer: (index) => `distilbert.transformer.layer.${index}`,
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    attentionOutput: "attention.out_lin",
    attentionNorm: "sa_layer_norm",
    feedForwardIn: "ffn.lin1",
    feedForwardOut: "ffn.lin2",
    outputNorm: "output_layer_norm",
    attentionDropout: "attention.dropout",
    attentionOutputDropout: undefined,
    feedForwardDropout: "ffn.dropout",
  },
  bert: bertNames("bert"),
  roberta: bertNames("roberta"),
  electra: bertNames("electra"),
  mpnet: {
    ...bertNames("mpnet"),
    query: "attention.attn.q",
    key: "attention.attn.k",
    value: "attention.attn.v",
    attentionOutput: "attention.attn.o",
    attentionNorm: "attention.LayerNorm",
    attentionDropout: "attention.attn.dropout",
    attentionOutputDropout: "attention.dropout",
  },
  deberta: {
    ...bertNames("deberta"),
    query: "attention.self.query_proj",
    key: "attention.self.key_proj",
    value: "attention.self.value_proj",
  },
} as const satisfies Readonly<Record<string, EncoderNames>>;
