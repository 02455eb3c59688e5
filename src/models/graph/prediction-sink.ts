import type { Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Feed } from "../../engine/runtime/session.js";

/** Which draw of which item (by position in the caller's list) a row of a batch is. */
export interface OutputRow {
  readonly position: number;
  readonly draw: number;
}

/** Collects outputs `[rows, C]` of batches in any order. */
export interface PredictionSink {
  /** Throws `E_NOT_FINITE` naming the first item that is not finite. */
  write(rows: readonly OutputRow[], output: Feed): void;
  /** `[n, C, draws]` */
  collected(): Float32Array;
}

export function predictionSink(
  examples: readonly Example<unknown>[],
  { draws, outputName = "logit" }: { readonly draws: number; readonly outputName?: string | undefined },
): PredictionSink {
  let collected = new Float32Array(0);
  return {
    write(rows, output) {
      const source = output.data as Float32Array;
      const classes = source.length / rows.length;
      if (collected.length === 0) collected = new Float32Array(examples.length * classes * draws);
      for (let r = 0; r < rows.length; r++) {
        const { position, draw } = rows[r]!;
        for (let c = 0; c < classes; c++) {
          const value = source[r * classes + c]!;
          if (!Number.isFinite(value)) {
            throw new BaalError(
              "E_NOT_FINITE",
              `The model's ${outputName} ${c} for item ${examples[position]!.index} (draw ${draw}) is ${value}. Its weights have probably diverged; train again with a lower learning rate.`,
            );
          }
          collected[(position * classes + c) * draws + draw] = value;
        }
      }
    },
    collected: () => collected,
  };
}
