import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";
import { type Measurement, NO_PYTORCH, type Row } from "../measurement.js";
import { baseModel, pyTorchBatch, textDataset } from "./base-model.js";

const TOLERANCE = 1e-4;

/** That the comparisons compare the same model: equal weights, by name and shape, give equal logits. */
export const sameModel: Measurement = {
  name: "same",
  about: "our model and PyTorch's are the same: weights by name and shape, logits with dropout off",
  async run(context) {
    const model = await baseModel(context);
    const weights = [...model.stateDict().values()].reduce((sum, { data }) => sum + data.length, 0);
    const dataset = textDataset(await context.sampleTexts(8), await context.baseTokenizer());
    const chunks = model.predict(dataset, { mode: "deterministic" });
    const ours = (await chunks.next()).value!.data;
    const pytorch = await context.pytorch();
    const row = { what: "same model: largest difference of 8 texts' logits", target: `< ${TOLERANCE}` };
    if (!pytorch) {
      return [{ ...row, ours: `${weights} weights`, comparedWith: NO_PYTORCH, samples: { weights } } satisfies Row];
    }
    const folder = await mkdtemp(join(tmpdir(), "baal-bench-"));
    try {
      const path = join(folder, "model.safetensors");
      await writeSafetensors(path, model.stateDict());
      const longest = Math.max(...Array.from({ length: dataset.length }, (_, i) => dataset.at(i).input.inputIds.length));
      const theirs = await pytorch.logits(path, pyTorchBatch(dataset, longest));
      const difference = Math.max(...theirs.map((logit, i) => Math.abs(logit - ours[i]!)));
      return [
        {
          ...row,
          ours: `${weights} weights`,
          comparedWith: `PyTorch ${context.pytorchVersion}: ${pytorch.parameters} weights, differs by ${difference.toExponential(1)}`,
          met: difference < TOLERANCE && weights === pytorch.parameters,
          samples: { weights, pyTorchWeights: pytorch.parameters, difference },
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
