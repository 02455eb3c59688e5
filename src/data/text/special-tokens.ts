import type { SpecialTokenValue, TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";

const roles = ["pad", "unk", "cls", "sep", "mask"] as const;

/** The use of a special token. */
export type SpecialRole = (typeof roles)[number];
export type SpecialTokens = Readonly<Partial<Record<SpecialRole, string>>>;

/** Their names in BERT and RoBERTa: for files that list the tokens without saying what they are for. */
const usualNames: Readonly<Record<SpecialRole, readonly string[]>> = {
  pad: ["[PAD]", "<pad>"],
  unk: ["[UNK]", "<unk>"],
  cls: ["[CLS]", "<s>"],
  sep: ["[SEP]", "</s>"],
  mask: ["[MASK]", "<mask>"],
};

/**
 * Finds the special tokens: as `tokenizer_config.json` names them, else from `tokenizer.json` (its padding settings, its
 * model, the ends of its template, its added tokens by their usual names). Only tokens of the vocabulary count.
 */
export function specialTokens(
  json: TokenizerJson,
  config: TokenizerConfig,
  ends: { readonly first?: string | undefined; readonly last?: string | undefined },
  has: (token: string) => boolean,
): SpecialTokens {
  const fromJson: Partial<Record<SpecialRole, string | null | undefined>> = {
    pad: json.padding?.pad_token,
    unk: json.model.unk_token,
    cls: ends.first,
    sep: ends.last,
  };
  const added = new Set(json.added_tokens?.map((token) => token.content));
  const found: Partial<Record<SpecialRole, string>> = {};
  for (const role of roles) {
    const named = [tokenText(config[`${role}_token`]), fromJson[role], ...usualNames[role].filter((name) => added.has(name))];
    const token = named.find((candidate) => typeof candidate === "string" && has(candidate));
    if (token) found[role] = token;
  }
  return found;
}

/** The configuration with its special tokens filled in as plain strings, the form that every reader understands. */
export function withSpecialTokens(config: TokenizerConfig, tokens: SpecialTokens): TokenizerConfig {
  return { ...config, ...Object.fromEntries(Object.entries(tokens).map(([role, token]) => [`${role}_token`, token])) };
}

function tokenText(value: SpecialTokenValue | undefined): string | undefined {
  return typeof value === "string" ? value : value?.content;
}
