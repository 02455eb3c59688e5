import { BaalError } from "../../core/errors.js";

/** A key of config.json with which a model computes something that no network built here computes, unless it has one of these values. */
interface FixedKey {
  readonly values: readonly unknown[];
  /** What another value asks for. */
  readonly means: string;
}

const off = (means: string): FixedKey => ({ values: [false], means });
const none = (means: string): FixedKey => ({ values: [{}, []], means });

/** An architecture that has one of these as a choice reads it itself. */
export const FIXED_KEYS: Readonly<Record<string, FixedKey>> = {
  position_embedding_type: {
    values: ["absolute"],
    means: "positions that are counted in another way (relative_key, alibi, rotary)",
  },
  relative_attention: off("attention that compares distances"),
  is_decoder: off("attention to earlier tokens alone"),
  add_cross_attention: off("attention to a second sequence"),
  is_encoder_decoder: off("a decoder behind the encoder"),
  pruned_heads: none("attention heads that were taken out"),
  attention_window: none("attention to near tokens alone"),
  feed_forward_type: { values: ["original"], means: "gated feed-forward layers" },
  use_glu: off("gated feed-forward layers"),
  alibi: off("attention that fades with the distance"),
  use_rope: off("positions that turn queries and keys"),
  rope_theta: { values: [], means: "positions that turn queries and keys" },
  rope_scaling: { values: [], means: "positions that turn queries and keys" },
  rope_parameters: { values: [], means: "positions that turn queries and keys" },
  embedding_size: { values: [], means: "embeddings of another width than the layers'" },
  num_hidden_groups: { values: [], means: "layers that share their weights" },
  num_experts: { values: [0, 1], means: "experts of which each token takes some" },
  conv_kernel_size: { values: [0], means: "a convolution" },
  prenorm: off("normalisation in front of the layers"),
  scale_attn_by_inverse_layer_idx: off("attention that is scaled by layer"),
  quantization_config: none("weights that are stored quantized"),
  compression_config: none("weights that are stored compressed"),
  // The library writes its empty tables into every model that it has touched.
  adapters: {
    values: [{}, { adapters: {}, config_map: {} }, { adapters: {}, config_map: {}, fusion_config_map: {}, fusions: {} }],
    means: "adapters of the adapters library",
  },
};

/** Keys that change nothing of what an encoder or its classifier computes from the same weights. */
const WITHOUT_EFFECT = new Set(
  `_name_or_path _commit_hash baal_weights architectures model_type transformers_version torch_dtype dtype use_bfloat16 torchscript return_dict use_return_dict
  use_cache output_attentions output_hidden_states output_past gradient_checkpointing attn_implementation _attn_implementation
  _attn_implementation_autoset _attn_implementation_internal chunk_size_feed_forward tie_word_embeddings tie_encoder_decoder tie_weights_
  tie_weights cross_attention_hidden_size tf_legacy_loss loss_type task_specific_params finetuning_task sinusoidal_pos_embds qa_dropout prefix
  directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head pooler_type language
  gap_size net_structure_type num_memory_blocks down_scale_factor legacy decoder_bias sparse_prediction sparse_pred_ignore_index
  deterministic_flash_attn reference_compile repad_logits_with_grad
  summary_activation summary_first_dropout summary_hidden_size summary_last_dropout summary_proj_to_labels summary_type summary_use_proj
  sep_token_id cls_token_id bos_token_id eos_token_id mask_token_id unk_token_id decoder_start_token_id forced_bos_token_id forced_eos_token_id
  max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p typical_p repetition_penalty
  length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids num_return_sequences output_scores return_dict_in_generate
  remove_invalid_values exponential_decay_length_penalty suppress_tokens begin_suppress_tokens transformers.js_config sentence_transformers
  id2label label2id num_labels _num_labels label_names labels problem_type baal initializer_factor gpu_mem onnx neuron num_choices`.split(
    /\s+/,
  ),
);

/** Keys that an architecture's files have although its code never looks at them. */
const WITHOUT_EFFECT_FOR: Readonly<Record<string, readonly string[]>> = { modernbert: ["position_embedding_type"] };

export interface ConfigKeysOptions {
  /** Keys that the architecture reads; `undefined`: it looks at all of them itself. */
  readonly read: ReadonlySet<string> | undefined;
  /** The file, for messages. */
  readonly source: string;
}

/**
 * Looks at the keys of a hub config.json that an architecture does not read. Throws `E_MODEL_FORMAT`, naming the key, for one that asks for
 * another computation; returns those that nothing is known of, to be told.
 */
export function checkConfigKeys(json: Readonly<Record<string, unknown>>, { read, source }: ConfigKeysOptions): readonly string[] {
  if (read === undefined) return [];
  const unread = WITHOUT_EFFECT_FOR[String(json["model_type"])] ?? [];
  const others = Object.entries(json).filter(([key, value]) => value != null && !read.has(key) && !unread.includes(key));
  for (const [key, value] of others) {
    const rule = FIXED_KEYS[key];
    if (rule && !rule.values.some((usual) => JSON.stringify(usual) === JSON.stringify(value)))
      throw refusal(source, { key, value, rule });
    if (key === "auto_map" && hasOwnCode(value)) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${source}: the repository computes its model by Python code of its own (auto_map), which is not run here. ${ADVICE}`,
      );
    }
  }
  return others
    .map(([key]) => key)
    .filter((key) => FIXED_KEYS[key] === undefined && !WITHOUT_EFFECT.has(key) && key !== "auto_map")
    .sort();
}

const ADVICE = "Export the model to ONNX (onnx/model.onnx), whose graph says what it computes.";

function refusal(
  source: string,
  { key, value, rule }: { readonly key: string; readonly value: unknown; readonly rule: FixedKey },
): BaalError {
  const usual = rule.values.length === 0 ? "not set" : rule.values.map((one) => JSON.stringify(one)).join(" or ");
  return new BaalError(
    "E_MODEL_FORMAT",
    `${source}: ${JSON.stringify(key)} is ${JSON.stringify(value)}: ${rule.means}. Networks that are built from a configuration have it ${usual}. ${ADVICE}`,
  );
}

/** Code of the model, not that of its configuration or tokenizer alone. */
function hasOwnCode(autoMap: unknown): boolean {
  return typeof autoMap === "object" && autoMap !== null && Object.keys(autoMap).some((name) => name.startsWith("AutoModel"));
}
