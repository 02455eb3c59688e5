import { features } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import type { TextEncoderModel } from "../../../src/label-studio/contract/predictor.js";
import { sha256Bytes } from "../../../src/system/digest.js";

/** Numbers per vector. */
const WIDTH = 24;

/** An encoder of bags of words, each word a direction of its own: texts that share words are alike. */
export function wordEncoder({ name = "words" } = {}): TextEncoderModel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async features(texts) {
      asked.push(...texts);
      return features([texts.length, WIDTH], Float32Array.from(texts.flatMap((text) => vector(text, name))));
    },
    fingerprint: async () => name,
  };
}

function vector(text: string, name: string): number[] {
  const sum = new Array<number>(WIDTH).fill(0);
  for (const word of text.toLowerCase().split(/\W+/)) {
    const random = createRandom(sha256Bytes(name, word).readInt32LE(0));
    for (let d = 0; d < WIDTH; d++) sum[d]! += random.uniform() - 0.5;
  }
  return sum;
}

const WORDS = {
  refund: "money back paid return",
  delivery: "parcel late courier door",
  account: "password login email name",
} as const;

/** Texts of three classes; a text's class is in its words. */
export function textOf(label: string, n: number): string {
  const words = (WORDS[label as keyof typeof WORDS] ?? label).split(" ");
  return `my ${words[n % words.length]} and ${words[(n + 1) % words.length]} number${n}`;
}

export const LABELS: readonly string[] = Object.keys(WORDS);
