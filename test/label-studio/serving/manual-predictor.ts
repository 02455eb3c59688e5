import { setImmediate } from "node:timers/promises";
import { type Predictions, predictions } from "../../../src/core/predictions.js";
import type { PredictorCall, TextPredictor } from "../../../src/label-studio/contract/predictor.js";

export interface ManualCall {
  readonly texts: readonly string[];
  readonly call: PredictorCall;
  readonly isOpen: boolean;
  /** Answers with {@link drawsOf}. */
  finish(): void;
  fail(error: unknown): void;
}

export interface ManualPredictor extends TextPredictor {
  /** Calls in the order in which they came, answered ones too. */
  readonly calls: ManualCall[];
}

/** Calls stay open until the test answers them. */
export function manualPredictor(labels: readonly string[] = ["a", "b"]): ManualPredictor {
  const calls: ManualCall[] = [];
  return {
    labels,
    calls,
    predict: (texts, call) =>
      new Promise((resolve, reject) => {
        let isOpen = true;
        const fail = (error: unknown) => {
          isOpen = false;
          reject(error);
        };
        const finish = () => {
          isOpen = false;
          resolve(drawsOf(texts, labels.length, call));
        };
        call.signal?.addEventListener("abort", () => fail(call.signal?.reason));
        calls.push({
          texts,
          call,
          get isOpen() {
            return isOpen;
          },
          finish,
          fail,
        });
      }),
  };
}

/** Logits that depend on the text, the class, the draw, the item's key and the seed, so that none can be mistaken for another. */
export function drawsOf(
  texts: readonly string[],
  classes: number,
  { iterations, itemKeys, seed = 0 }: PredictorCall,
): Predictions {
  const data = texts.flatMap((text, item) =>
    Array.from({ length: classes * iterations }, (_, i) => {
      const sum = [...text].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 9973, 7);
      return Math.sin(sum + i * 0.37 + ((itemKeys?.[item] ?? 0) % 1000) + seed);
    }),
  );
  return predictions("logits", [texts.length, classes, iterations], new Float32Array(data), undefined, { isConsistent: true });
}

/** Lets everything that is ready happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}
