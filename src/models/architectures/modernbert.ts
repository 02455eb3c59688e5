import { z } from "zod";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import type { Distribution } from "../graph/initial-weights.js";
import { ACTIVATIONS, type Activation, activate } from "./activations.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import { addDropout, layerNorm, linear } from "./layers.js";
import { type Rotation, ropeParameters, rotate, rotation } from "./rotary-positions.js";
import type { TextArchitecture } from "./text-architecture.js";
import { firstTokens, placesOf, type TextShape, textInputs } from "./text-inputs.js";

const activation = z.enum(Object.keys(ACTIVATIONS) as [Activation, ...Activation[]]);
const probability = z.number().min(0).lt(1).default(0);
const layerType = z.enum(["full_attention", "sliding_attention"]);

const own = z.object({
  norm_bias: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  classifier_bias: z.boolean().default(false),
  embedding_dropout: probability,
  mlp_dropout: probability,
  classifier_activation: activation.default("gelu"),
  classifier_pooling: z.enum(["cls", "mean"]).default("cls"),
  local_attention: z.int().positive().default(128),
  global_attn_every_n_layers: z.int().positive().default(3),
  layer_types: z.array(layerType).nullish(),
  global_rope_theta: z.number().positive().default(160_000),
  local_rope_theta: z.number().positive().nullish(),
  rope_parameters: z.partialRecord(layerType, ropeParameters).nullish(),
  initializer_cutoff_factor: z.number().positive().default(2),
});
type Own = z.infer<typeof own>;
type Config = EncoderConfig<Own>;

const { typeVocabSize: _, dropout: __, ...keys } = BERT_KEYS;

/**
 * ModernBERT (Warner 2024, arXiv:2412.13663): normalised in front of each block, rotated positions, gated feed-forward layers, and attention
 * that in most layers sees near tokens only.
 */
export const modernbert: TextArchitecture<Own> = {
  prefix: "model",
  classes: { classifier: "ModernBertForSequenceClassification", encoder: "ModernBertModel" },
  keys: { ...keys, activation: "hidden_activation", layerNormEpsilon: "norm_eps", attentionDropout: "attention_dropout" },
  defaults: {
    ...{ vocabSize: 50368, hiddenDim: 1152, nLayers: 22, maxPositionEmbeddings: 8192, padTokenId: 50283, typeVocabSize: 0 },
    ...{ layerNormEpsilon: 1e-5, dropout: 0, attentionDropout: 0, classifierDropout: 0 },
  },
  own,
  head: {
    last: "classifier",
    between: ["head.dense", "head.norm"],
    pooling: ({ own: { classifier_pooling } }) => (classifier_pooling === "cls" ? "first token" : "mean"),
    // W2 dropout(norm(f(W1 h)))
    build(b, config, vector, classes) {
      const { dim, own, classifierDropout: rate } = config;
      const dense = linear(b, vector, "head.dense", dim, dim, { bias: own.classifier_bias });
      const normed = norm(b, config, activate(b, dense, own.classifier_activation), "head.norm");
      return linear(b, addDropout(b, normed, { name: "drop", rate, place: "head" }), "classifier", dim, classes);
    },
  },
  encoder(b, config, { read }) {
    const shape = textInputs(b);
    const words = b.parameter("model.embeddings.tok_embeddings.weight", [config.vocabSize, config.dim]);
    const tokens = b.reshape(b.gather(words, shape.ids), b.int64s([-1, config.dim]));
    let hidden = addDropout(b, norm(b, config, tokens, "model.embeddings.norm"), {
      ...{ name: "model.embeddings.drop", rate: config.own.embedding_dropout },
    });
    const attentions = new Map(layerTypesOf(config).map((type) => [type, attentionOf(b, config, shape, type)]));
    for (const [i, type] of layerTypesOf(config).entries())
      hidden = layer(b, config, shape, { hidden, i, ...attentions.get(type)! });
    if (read === "first token") hidden = firstTokens(b, hidden, shape, config.dim);
    return norm(b, config, hidden, "model.final_norm");
  },
  paddingRows: ({ padTokenId }) => new Map([["model.embeddings.tok_embeddings.weight", padTokenId]]),
  distribution,
};

type LayerType = z.infer<typeof layerType>;

function layerTypesOf({ nLayers, own }: Config): readonly LayerType[] {
  return Array.from(
    { length: nLayers },
    (_, i) => own.layer_types?.[i] ?? (i % own.global_attn_every_n_layers === 0 ? "full_attention" : "sliding_attention"),
  );
}

interface Attention {
  readonly turn: Rotation;
  /** Added to the scores: very negative for padding and for keys that are too far away. */
  readonly bias: string;
}

function attentionOf(b: GraphBuilder, config: Config, shape: TextShape, type: LayerType): Attention {
  const { own } = config;
  const isLocal = type === "sliding_attention";
  const plain = isLocal ? (own.local_rope_theta ?? 10_000) : own.global_rope_theta;
  const theta = own.rope_parameters?.[type]?.rope_theta ?? plain;
  const turn = rotation(b, shape, { headDim: config.dim / config.nHeads, theta });
  if (!isLocal) return { turn, bias: shape.attentionBias };
  // Nearer than half the window: |i - j| <= window / 2
  const places = placesOf(b, shape);
  const distances = b.op("Abs", [b.sub(b.unsqueeze(places, [1]), b.unsqueeze(places, [0]))]);
  const isFar = b.op("Greater", [distances, b.int64(Math.floor(own.local_attention / 2))]);
  return { turn, bias: b.where(isFar, b.scalar(-3.4028234663852886e38), shape.attentionBias) };
}

function norm(b: GraphBuilder, { dim, layerNormEpsilon: epsilon, own }: Config, x: string, name: string): string {
  return layerNorm(b, x, name, { dim, epsilon, bias: own.norm_bias });
}

interface LayerOptions extends Attention {
  readonly hidden: string;
  readonly i: number;
}

/** h + Wo attention(norm(h)), then h + Wo (f(a) * g) with (a, g) = Wi norm(h); the embeddings come normed. */
function layer(b: GraphBuilder, config: Config, shape: TextShape, { hidden, i, turn, bias }: LayerOptions): string {
  const { dim, hiddenDim, nHeads, own, attentionDropout } = config;
  const at = `model.layers.${i}`;
  const headDim = dim / nHeads;
  const input = i === 0 ? hidden : norm(b, config, hidden, `${at}.attn_norm`);
  const qkv = linear(b, input, `${at}.attn.Wqkv`, dim, 3 * dim, { bias: own.attention_bias });
  const perHead = b.reshape(qkv, b.concat([shape.batchAndLength, b.int64s([3, nHeads, headDim])], 0));
  const [q, k, v] = [0, 1, 2].map((part) => b.transpose(b.gather(perHead, b.int64(part), 2), [0, 2, 1, 3])) as [
    string,
    string,
    string,
  ];
  const scores = b.fusedMatMul(rotate(b, q, turn, headDim), rotate(b, k, turn, headDim), {
    transB: true,
    alpha: headDim ** -0.5,
  });
  const weights = addDropout(b, b.softmax(b.add(scores, bias)), { name: `${at}.attn.attention_dropout`, rate: attentionDropout });
  const context = b.reshape(b.transpose(b.matMul(weights, v), [0, 2, 1, 3]), b.int64s([-1, dim]));
  const attended = linear(b, context, `${at}.attn.Wo`, dim, dim, { bias: own.attention_bias });
  // transformers has no module here for a rate of 0.
  const out = attentionDropout > 0 ? addDropout(b, attended, { name: `${at}.attn.out_drop`, rate: attentionDropout }) : attended;
  const middle = b.add(hidden, out);

  const both = linear(b, norm(b, config, middle, `${at}.mlp_norm`), `${at}.mlp.Wi`, dim, 2 * hiddenDim, { bias: own.mlp_bias });
  const half = (start: number) => b.slice(both, b.int64s([start]), b.int64s([start + hiddenDim]), b.int64s([1]));
  const gated = b.mul(activate(b, half(0), config.activation), half(hiddenDim));
  const dropped = addDropout(b, gated, { name: `${at}.mlp.drop`, rate: own.mlp_dropout });
  return b.add(middle, linear(b, dropped, `${at}.mlp.Wo`, hiddenDim, dim, { bias: own.mlp_bias }));
}

/** Normal, cut off at a multiple of its deviation: smaller for what writes to the residual stream, larger for the last layer. */
function distribution({ dim, nLayers, initializerRange: range, own }: Config): (name: string) => Distribution {
  return (name) => {
    if (name.endsWith(".bias")) return { kind: "constant", value: 0 };
    if (name.includes("norm")) return { kind: "constant", value: 1 };
    const isOut = /\.Wo\.weight$|^head\.dense/.test(name);
    const deviation = name.startsWith("classifier.") ? dim ** -0.5 : isOut ? range / Math.sqrt(2 * nLayers) : range;
    return { kind: "truncatedNormal", deviation, cutoff: own.initializer_cutoff_factor };
  };
}
