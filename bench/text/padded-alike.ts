import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { comparisonRow } from "../comparison-row.js";
import { seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { baseModel, fixedLengthDataset, pyTorchBatch } from "./base-model.js";

const ROWS = 32;

/** One random draw for 32 texts of equal length: no padding to save, engine against engine. */
export const paddedAlike: Measurement = {
  name: "alike",
  about: "one draw with dropout on for 32 texts of 16 and of 128 tokens, the same batch in PyTorch",
  async run(context) {
    const model = await baseModel(context);
    const pytorch = await context.pytorch();
    const trainer = new BaalTrainer({ model });
    const rows: Row[] = [];
    for (const length of [16, 128]) {
      const dataset = fixedLengthDataset(ROWS, length);
      const batch = pyTorchBatch(dataset, length);
      rows.push(
        await comparisonRow(context, {
          what: `padded alike: ${ROWS} texts of ${length} tokens, one draw`,
          ours: () => seconds(() => trainer.predictOnDataset(dataset, { iterations: 1, mode: "mc" })),
          theirs: pytorch && (() => pytorch.predict(batch, 1)),
        }),
      );
    }
    return rows;
  },
};
