import type { TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";

/*
 * The tokenizer engine reads white space as JavaScript does, which knows no next line (U+0085) and takes the byte order mark (U+FEFF) for a
 * space; the tokenizers that models were trained with go by Unicode's White_Space. Parts that look at white space are given to it as
 * regular expressions that say so; `Nmt`, which it does not have, as replacements.
 */

type Part = Readonly<Record<string, unknown>>;

const SPACE = "\\p{White_Space}";
/** Letters and digits as the regular expressions of Rust know them. */
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200C\\u200D";
const PUNCTUATION = "[!-\\/:-@\\[-`\\{-~\\p{P}]";

const replace = (pattern: string, content: string): Part => ({ type: "Replace", pattern: { Regex: pattern }, content });
const split = (pattern: string, behavior: "Removed" | "Isolated", invert = false): Part => ({
  ...{ type: "Split", pattern: { Regex: pattern }, behavior, invert },
});

/** Control characters, and all that counts as a space; of sentencepiece's rule "nmt". */
const NMT: readonly Part[] = [
  replace("[\\u0001-\\u0008\\u000B\\u000E-\\u001F\\u007F\\u008F\\u009F]", ""),
  replace("[\\u0009\\u000A\\u000C\\u000D\\u1680\\u200B-\\u200F\\u2028\\u2029\\u2581\\uFEFF\\uFFFD]", " "),
];

const NORMALIZERS: Readonly<Record<string, (part: Part) => Part>> = {
  Nmt: () => ({ type: "Sequence", normalizers: NMT }),
  Strip: ({ strip_left: left = true, strip_right: right = true }) => ({
    type: "Sequence",
    normalizers: [...(left ? [replace(`^${SPACE}+`, "")] : []), ...(right ? [replace(`${SPACE}+$`, "")] : [])],
  }),
};

const PRE_TOKENIZERS: Readonly<Record<string, (part: Part) => Part>> = {
  WhitespaceSplit: () => split(`${SPACE}+`, "Removed"),
  Whitespace: () => split(`[${WORD}]+|[^${WORD}${SPACE}]+`, "Removed", true),
  BertPreTokenizer: () => ({
    type: "Sequence",
    pretokenizers: [split(`${SPACE}+`, "Removed"), split(PUNCTUATION, "Isolated")],
  }),
};

/** A `tokenizer.json` in the form that the engine computes as the original is meant. */
export function engineJson(json: TokenizerJson, config: TokenizerConfig): TokenizerJson {
  return {
    ...json,
    added_tokens: json.added_tokens ?? [],
    normalizer: rewritten(configured(json["normalizer"], config), NORMALIZERS, "normalizers"),
    pre_tokenizer: rewritten(json["pre_tokenizer"], PRE_TOKENIZERS, "pretokenizers"),
  };
}

function rewritten(part: unknown, rules: Readonly<Record<string, (part: Part) => Part>>, list: string): unknown {
  if (typeof part !== "object" || part === null) return null;
  const { type, [list]: inner } = part as Part;
  if (Array.isArray(inner)) return { ...part, [list]: inner.map((one) => rewritten(one, rules, list)) };
  return rules[String(type)]?.(part as Part) ?? part;
}

/** Settings of a `tokenizer_config.json` that its class puts over those of a BERT normalizer, by their names there. */
const OF_BERT_NORMALIZER = {
  do_lower_case: "lowercase",
  strip_accents: "strip_accents",
  tokenize_chinese_chars: "handle_chinese_chars",
} as const;

/** Classes of transformers that do so. */
const BERT_LIKE =
  /^(Bert|DistilBert|Electra|MPNet|MobileBert|ConvBert|RoFormer|SqueezeBert|Funnel|LayoutLM|Lxmert|Retribert)Tokenizer(Fast)?$/;

function configured(normalizer: unknown, config: TokenizerConfig): unknown {
  if (typeof normalizer !== "object" || normalizer === null) return normalizer;
  if ((normalizer as Part)["type"] !== "BertNormalizer" || !BERT_LIKE.test(config.tokenizer_class ?? "")) return normalizer;
  const settings = Object.entries(OF_BERT_NORMALIZER).filter(([key]) => config[key] !== undefined);
  return { ...normalizer, ...Object.fromEntries(settings.map(([key, name]) => [name, config[key]])) };
}
