import type { EncodedText } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { TokenizerEngine } from "./tokenizer-engine.js";

/** One place of a finished sequence: a special token, or all tokens of the first or the second text. */
type Slot =
  | { readonly token: string; readonly id: number; readonly type: number }
  | { readonly text: "first" | "second"; readonly type: number };

/** Where the special tokens of a tokenizer go, for one text or a pair. */
export interface SequenceLayout {
  readonly slots: readonly Slot[];
  /** How many special tokens there are. */
  readonly overhead: number;
}

const [first, second] = ["first\u0000", "second\u0000"];

/**
 * Reads the layout off the post-processor by giving it one marker per text. With it, texts can be cut to length first and
 * get their special tokens afterwards, so that none of those is cut off.
 */
export function sequenceLayout(tokenizer: TokenizerEngine, kind: "single" | "pair"): SequenceLayout {
  const made = tokenizer.post_processor?.post_process([first], kind === "pair" ? [second] : null, true);
  const tokens = made?.tokens ?? [first];
  const types = made?.token_type_ids ?? [];
  const slots = tokens.map((token, i): Slot => {
    const type = types[i] ?? 0;
    if (token === first) return { text: "first", type };
    if (token === second) return { text: "second", type };
    const id = tokenizer.token_to_id(token);
    if (id === undefined)
      throw new BaalError("E_MODEL_FORMAT", `The tokenizer's post-processor adds "${token}", which is not in its vocabulary.`);
    return { token, id, type };
  });
  // A post-processor without special tokens (byte-level only) leaves joining the pair to its caller.
  if (kind === "pair" && !tokens.includes(second)) slots.push({ text: "second", type: 0 });
  return { slots, overhead: slots.filter((slot) => "id" in slot).length };
}

/** The first and the last special token of a layout: what BERT calls `[CLS]` and `[SEP]`. */
export function outerTokens(layout: SequenceLayout): { first: string | undefined; last: string | undefined } {
  const [start, end] = [layout.slots[0], layout.slots.at(-1)];
  const tokenOf = (part: typeof start) => (part && "token" in part ? part.token : undefined);
  return { first: tokenOf(start), last: tokenOf(end) };
}

/** Puts the (already cut) token ids of the texts in their places. */
export function assemble(
  layout: SequenceLayout,
  texts: { readonly first: readonly number[]; readonly second: readonly number[] },
  options: { readonly tokenTypeIds: boolean },
): EncodedText {
  const ids: number[] = [];
  const types: number[] = [];
  for (const slot of layout.slots) {
    const added = "text" in slot ? texts[slot.text] : [slot.id];
    for (const id of added) {
      ids.push(id);
      types.push(slot.type);
    }
  }
  const inputIds = Int32Array.from(ids);
  return options.tokenTypeIds ? { inputIds, tokenTypeIds: Int32Array.from(types) } : { inputIds };
}

/**
 * How many tokens of each text of a pair stay when both together may have `room`: the longer one is cut first, then both
 * alike (`longest_first` of Hugging Face's tokenizers, ties and odd rests included).
 */
export function truncatedLengths(firstLength: number, secondLength: number, room: number): readonly [number, number] {
  if (firstLength + secondLength <= room) return [firstLength, secondLength];
  const shorter = Math.min(firstLength, secondLength);
  const [short, long] = 2 * shorter <= room ? [shorter, room - shorter] : [Math.floor(room / 2), Math.ceil(room / 2)];
  return firstLength <= secondLength ? [short, long] : [long, short];
}
