import { BaalError } from "../../core/errors.js";
import type { Random } from "../../core/random.js";

export interface MaskTokensOptions {
  /** Share of the tokens that are to be guessed. */
  readonly share: number;
  /** Whether all tokens of a word are masked together (`"word"`) or each by itself. */
  readonly unit: "word" | "token";
  readonly maskTokenId: number;
  readonly vocabSize: number;
  /** Tokens that are never guessed: those that the tokenizer adds. */
  readonly specialIds: ReadonlySet<number>;
  readonly continuesWord: (id: number) => boolean;
  readonly random: Random;
}

export interface MaskedText {
  readonly inputIds: Int32Array;
  /** Positions of the tokens to guess, ascending, and what they were. */
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

/**
 * Chooses about `share` of a text's tokens to be guessed, at least one, and hides them as BERT does (Devlin 2018, arXiv:1810.04805): 80 %
 * become the mask token, 10 % a random one, 10 % stay. Whole words: the revised BERT of 2019. A text without tokens of its own has none.
 */
export function maskTokens(inputIds: Int32Array, options: MaskTokensOptions): MaskedText {
  const { share, random, maskTokenId, vocabSize } = options;
  const units = unitsOf(inputIds, options);
  const tokens = units.reduce((sum, unit) => sum + unit.length, 0);
  const wanted = Math.min(tokens, Math.max(1, Math.round(tokens * share)));
  const positions: number[] = [];
  for (const unit of random.shuffled(units)) {
    if (positions.length >= wanted) break;
    // A long word may go beyond the share only when nothing is masked yet.
    if (positions.length > 0 && positions.length + unit.length > wanted) continue;
    positions.push(...unit);
  }
  positions.sort((a, b) => a - b);
  const hidden = inputIds.slice();
  for (const position of positions) {
    const chance = random.uniform();
    if (chance < 0.8) hidden[position] = maskTokenId;
    else if (chance < 0.9) hidden[position] = random.integer(0, vocabSize - 1);
  }
  return { inputIds: hidden, positions, targets: positions.map((position) => inputIds[position]!) };
}

/** Throws `E_ARGUMENT` for a share outside (0, 1). */
export function checkMaskingShare(share: number): void {
  if (!(share > 0 && share < 1))
    throw new BaalError("E_ARGUMENT", `The share of masked tokens lies between 0 and 1; ${share} came.`);
}

/** Positions of the tokens that are masked together. */
function unitsOf(inputIds: Int32Array, { specialIds, unit, continuesWord }: MaskTokensOptions): number[][] {
  const units: number[][] = [];
  let isOpen = false;
  for (const [position, id] of inputIds.entries()) {
    if (specialIds.has(id)) {
      isOpen = false;
      continue;
    }
    if (isOpen && unit === "word" && continuesWord(id)) units.at(-1)!.push(position);
    else units.push([position]);
    isOpen = true;
  }
  return units;
}
