import type { EncodedText } from "../../data/dataset.js";
import { BaalError } from "../../errors.js";
import type { Augment } from "./semi-supervision.js";

export interface PerturbTokensOptions {
  /** Probability that a token is lost; 0.2 by default, in (0, 1). */
  readonly share?: number;
  /** Lost tokens become this one. By default they are deleted. */
  readonly maskTokenId?: number;
}

/**
 * Deletes or masks random tokens of a text, each by itself (word dropout, Iyyer et al. 2015; random deletion, Wei & Zou 2019,
 * arXiv:1901.11196). The first and the last token, which a tokenizer adds, stay, and so does at least one between them.
 * Throws `E_ARGUMENT` for a share outside (0, 1) or a token id below 0.
 */
export function perturbTokens({ share = 0.2, maskTokenId }: PerturbTokensOptions = {}): Augment<EncodedText> {
  if (!(share > 0 && share < 1)) throw new BaalError("E_ARGUMENT", `share is expected to lie in (0, 1); ${share} came.`);
  if (maskTokenId !== undefined && !(Number.isInteger(maskTokenId) && maskTokenId >= 0))
    throw new BaalError("E_ARGUMENT", `maskTokenId is expected to be an integer of at least 0; ${maskTokenId} came.`);
  return ({ inputIds, tokenTypeIds }, random) => {
    const last = inputIds.length - 1;
    if (last < 3) return { inputIds, ...(tokenTypeIds && { tokenTypeIds }) };
    const isLost = Array.from(inputIds, (_, i) => i > 0 && i < last && random.uniform() < share);
    const spared = random.integer(1, last - 1);
    if (isLost.slice(1, last).every(Boolean)) isLost[spared] = false;
    if (maskTokenId !== undefined) {
      return { inputIds: inputIds.map((id, i) => (isLost[i] ? maskTokenId : id)), ...(tokenTypeIds && { tokenTypeIds }) };
    }
    const kept = (ids: Int32Array) => ids.filter((_, i) => !isLost[i]);
    return { inputIds: kept(inputIds), ...(tokenTypeIds && { tokenTypeIds: kept(tokenTypeIds) }) };
  };
}

/** Whether an input is a tokenized text. */
export function isEncodedText(input: unknown): input is EncodedText {
  return typeof input === "object" && input !== null && "inputIds" in input && input.inputIds instanceof Int32Array;
}
