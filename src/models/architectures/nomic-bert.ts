import { z } from "zod";
import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { activate } from "./activations.js";
import { poolerHead } from "./classification-head.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import { addDropout, layerNorm, linear } from "./layers.js";
import { type Rotation, ropeParameters, rotate, rotation } from "./rotary-positions.js";
import type { HubConfig, TextArchitecture } from "./text-architecture.js";
import { firstTokens, type TextShape, textInputs, tokenTypes } from "./text-inputs.js";

const own = z.object({ head_dim: z.int().positive().nullish(), rope_parameters: ropeParameters.nullish() });
type Own = z.infer<typeof own>;
type Config = EncoderConfig<Own>;

/** What differs between the two: GTE has biases, and drops out between its feed-forward layers. */
interface Form {
  readonly prefix: "nomic_bert" | "gte";
  readonly attentionBias: boolean;
  readonly downBias: boolean;
  readonly dropsInner: boolean;
  readonly theta: number;
}

/** BERT with rotated positions and gated feed-forward layers. */
function rotaryBert(form: Form): Pick<TextArchitecture<Own>, "prefix" | "own" | "head" | "keys" | "encoder"> {
  const { prefix } = form;
  return {
    ...{ prefix, own, keys: BERT_KEYS, head: poolerHead(`${prefix}.pooler.dense`) },
    encoder(b, config, { read }) {
      const { dim, nHeads } = config;
      const shape = textInputs(b);
      const headDim = config.own.head_dim ?? dim / nHeads;
      const turn = rotation(b, shape, { headDim, theta: config.own.rope_parameters?.rope_theta ?? form.theta });
      let hidden = embeddings(b, config, shape, prefix);
      for (let i = 0; i < config.nLayers; i++) hidden = layer(b, config, form, { hidden, i, shape, turn });
      return read === "first token" ? firstTokens(b, hidden, shape, dim) : hidden;
    },
  };
}

/** The encoder of nomic-embed-text (Nussbaum 2024, arXiv:2402.01613). */
export const nomicBert: TextArchitecture<Own> = {
  ...rotaryBert({ prefix: "nomic_bert", attentionBias: false, downBias: false, dropsInner: false, theta: 1000 }),
  classes: { classifier: "NomicBertForSequenceClassification", encoder: "NomicBertModel" },
  defaults: { vocabSize: 30528, activation: "silu", dropout: 0, attentionDropout: 0, maxPositionEmbeddings: 2048 },
  modernConfig: modernNomicConfig,
  modernNames: (checkpoint) => renamed(checkpoint, NOMIC_NAMES),
};

/** The encoder of gte-base-en-v1.5 and gte-multilingual (Zhang 2024, arXiv:2407.19669). */
export const gte: TextArchitecture<Own> = {
  ...rotaryBert({ prefix: "gte", attentionBias: true, downBias: true, dropsInner: true, theta: 160_000 }),
  classes: { classifier: "GteForSequenceClassification", encoder: "GteModel" },
  defaults: { vocabSize: 250048, attentionDropout: 0, maxPositionEmbeddings: 8192, typeVocabSize: 1, padTokenId: 1 },
  modernNames: (checkpoint) => renamed(checkpoint, GTE_NAMES),
};

function embeddings(b: GraphBuilder, config: Config, shape: TextShape, prefix: string): string {
  const { dim, vocabSize, typeVocabSize: types, layerNormEpsilon: epsilon, dropout: rate } = config;
  const at = `${prefix}.embeddings`;
  let sum = b.gather(b.parameter(`${at}.word_embeddings.weight`, [vocabSize, dim]), shape.ids);
  if (types > 0) sum = b.add(sum, tokenTypes(b, b.parameter(`${at}.token_type_embeddings.weight`, [types, dim]), types));
  const tokens = layerNorm(b, b.reshape(sum, b.int64s([-1, dim])), `${at}.LayerNorm`, { dim, epsilon });
  return addDropout(b, tokens, { name: `${at}.dropout`, rate });
}

interface LayerOptions {
  readonly hidden: string;
  readonly i: number;
  readonly shape: TextShape;
  readonly turn: Rotation;
}

/** norm(h + attention(h)), then norm(h + W3 (f(W1 h) * W2 h)) */
function layer(b: GraphBuilder, config: Config, form: Form, { hidden, i, shape, turn }: LayerOptions): string {
  const { dim, hiddenDim, nHeads, dropout: rate, layerNormEpsilon: epsilon } = config;
  const at = `${form.prefix}.layers.${i}`;
  const headDim = config.own.head_dim ?? dim / nHeads;
  const inner = nHeads * headDim;
  const bias = form.attentionBias;
  const perHead = (name: string) => {
    const shaped = b.concat([shape.batchAndLength, b.int64s([nHeads, headDim])], 0);
    return b.transpose(b.reshape(linear(b, hidden, `${at}.self_attn.${name}`, dim, inner, { bias }), shaped), [0, 2, 1, 3]);
  };
  const [q, k] = [perHead("q_proj"), perHead("k_proj")].map((x) => rotate(b, x, turn, headDim)) as [string, string];
  const scores = b.add(b.fusedMatMul(q, k, { transB: true, alpha: headDim ** -0.5 }), shape.attentionBias);
  const weights = addDropout(b, b.softmax(scores), { name: `${at}.self_attn.attention_dropout`, rate: config.attentionDropout });
  const context = b.reshape(b.transpose(b.matMul(weights, perHead("v_proj")), [0, 2, 1, 3]), b.int64s([-1, inner]));
  const attended = linear(b, context, `${at}.self_attn.o_proj`, inner, dim, { bias });
  const block = (x: string, y: string, name: string) => {
    const dropped = addDropout(b, y, { name: `${at}.post_${name}_dropout`, rate });
    return layerNorm(b, b.add(x, dropped), `${at}.post_${name}_layernorm`, { dim, epsilon });
  };
  const middle = block(hidden, attended, "attention");
  const plain = { bias: false };
  const gate = activate(b, linear(b, middle, `${at}.mlp.gate_proj`, dim, hiddenDim, plain), config.activation);
  const gated = b.mul(gate, linear(b, middle, `${at}.mlp.up_proj`, dim, hiddenDim, plain));
  const kept = form.dropsInner ? addDropout(b, gated, { name: `${at}.mlp.dropout`, rate }) : gated;
  return block(middle, linear(b, kept, `${at}.mlp.down_proj`, hiddenDim, dim, { bias: form.downBias }), "mlp");
}

type Rule = readonly [RegExp, string | readonly string[]];

/** The authors' names; a tensor for several layers is cut into as many, one behind the other. */
const NOMIC_NAMES: readonly Rule[] = [
  [/(^|\.)encoder\.layers\./, "$1layers."],
  [/(^|\.)emb_ln\./, "$1embeddings.LayerNorm."],
  [/\.attn\.Wqkv\./, [".self_attn.q_proj.", ".self_attn.k_proj.", ".self_attn.v_proj."]],
  [/\.attn\.out_proj\./, ".self_attn.o_proj."],
  [/\.mlp\.fc11\./, ".mlp.up_proj."],
  [/\.mlp\.fc12\./, ".mlp.gate_proj."],
  [/\.mlp\.fc2\./, ".mlp.down_proj."],
  [/\.norm1\./, ".post_attention_layernorm."],
  [/\.norm2\./, ".post_mlp_layernorm."],
];

const GTE_NAMES: readonly Rule[] = [
  [/^new\./, ""],
  [/(^|\.)encoder\.layer\./, "$1layers."],
  [/\.attention\.qkv_proj\./, [".self_attn.q_proj.", ".self_attn.k_proj.", ".self_attn.v_proj."]],
  [/\.attention\.o_proj\./, ".self_attn.o_proj."],
  [/\.mlp\.up_gate_proj\./, [".mlp.up_proj.", ".mlp.gate_proj."]],
  [/\.attn_ln\./, ".post_attention_layernorm."],
  [/\.mlp_ln\./, ".post_mlp_layernorm."],
];

function renamed(checkpoint: StateDict, rules: readonly Rule[]): StateDict {
  let tensors: (readonly [string, StateTensor])[] = [...checkpoint];
  for (const [pattern, to] of rules) {
    tensors = tensors.flatMap(([name, tensor]) => {
      if (!pattern.test(name)) return [[name, tensor] as const];
      if (typeof to === "string") return [[name.replace(pattern, to), tensor] as const];
      return to.map((part, i) => [name.replace(pattern, part), slice(tensor, i, to.length)] as const);
    });
  }
  return new Map(tensors);
}

function slice({ dims, data }: StateTensor, part: number, parts: number): StateTensor {
  const size = data.length / parts;
  return { dims: [dims[0]! / parts, ...dims.slice(1)], data: data.slice(part * size, (part + 1) * size) };
}

/** The keys of the authors' own configuration, which is written like GPT-2's. */
const NOMIC_KEYS: Readonly<Record<string, string>> = {
  ...{ n_embd: "hidden_size", n_head: "num_attention_heads", n_layer: "num_hidden_layers", n_inner: "intermediate_size" },
  ...{ n_positions: "max_position_embeddings", layer_norm_epsilon: "layer_norm_eps" },
  ...{ resid_pdrop: "hidden_dropout_prob", attn_pdrop: "attention_probs_dropout_prob" },
};

/** What the authors' configuration can say that is not built here, and what it must say. */
const nomicForm = z.looseObject({
  activation_function: z.literal("swiglu").default("swiglu"),
  causal: z.literal(false).default(false),
  parallel_block: z.literal(false).default(false),
  prenorm: z.literal(false).default(false),
  qkv_proj_bias: z.literal(false).default(false),
  mlp_fc1_bias: z.literal(false).default(false),
  mlp_fc2_bias: z.literal(false).default(false),
  rotary_emb_fraction: z.literal(1).default(1),
  rotary_emb_interleaved: z.literal(false).default(false),
  rotary_emb_scale_base: z.null().default(null),
  rotary_scaling_factor: z.null().default(null),
  use_rms_norm: z.literal(false).default(false),
  scale_attn_weights: z.literal(true).default(true),
  num_experts: z.literal(0).default(0),
  moe_every_n_layers: z.literal(0).default(0),
});

function modernNomicConfig(json: HubConfig): HubConfig {
  if (json["n_embd"] === undefined) return json;
  const form = nomicForm.parse(json);
  const theta = typeof json["rotary_emb_base"] === "number" ? json["rotary_emb_base"] : 10_000;
  const modern: Record<string, unknown> = { hidden_act: "silu", rope_parameters: { rope_type: "default", rope_theta: theta } };
  for (const [key, value] of Object.entries(json)) {
    if (NOMIC_KEYS[key] !== undefined) modern[NOMIC_KEYS[key]] = value;
    else if (!(key in nomicForm.shape) && key !== "rotary_emb_base" && key !== "auto_map") modern[key] = value;
  }
  return form ? modern : json;
}
