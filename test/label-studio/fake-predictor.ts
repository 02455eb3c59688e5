import { setTimeout as sleep } from "node:timers/promises";
import { predictions } from "../../src/core/predictions.js";
import type { TextPredictor } from "../../src/label-studio/contract/predictor.js";

export interface FakePredictor extends TextPredictor {
  /** Sizes of the batches that came. */
  readonly batches: number[];
  aborted: boolean;
}

/** Prefers the class whose name occurs in the text; `NaN` in a text gives NaN. Takes `delay` milliseconds per call. */
export function fakePredictor(labels: readonly string[], { delay = 0 }: { readonly delay?: number } = {}): FakePredictor {
  const fake: FakePredictor = {
    labels,
    batches: [],
    aborted: false,
    async predict(texts, { iterations, signal }) {
      fake.batches.push(texts.length);
      await sleep(delay, undefined, { signal }).catch((error: unknown) => {
        fake.aborted = true;
        throw error;
      });
      const logits = texts.flatMap((text) =>
        labels.flatMap((label) => {
          const logit = text.includes("NaN") ? Number.NaN : text.toLowerCase().includes(label.toLowerCase()) ? 4 : 0;
          return Array.from({ length: iterations }, (_, k) => logit + (k % 2));
        }),
      );
      return predictions("logits", [texts.length, labels.length, iterations], new Float32Array(logits));
    },
  };
  return fake;
}
