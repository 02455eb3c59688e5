import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset, EncodedText } from "../../src/core/dataset.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { CLASSES } from "../bench-context.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { DRAWS, fixedLengthDataset, pyTorchBatch } from "./base-model.js";

const [TEXTS, LENGTH] = [16, 16];
const TARGET = 2;

/** The same draws in bytes, in floats, and by PyTorch's dynamic quantization. */
export const int8: Measurement = {
  name: "int8",
  about: `${DRAWS} draws of ${TEXTS} texts of ${LENGTH} tokens, DistilBERT-base shape: int8 against our float32 and PyTorch's dynamic int8`,
  async run(context) {
    const labels = Array.from({ length: CLASSES }, (_, i) => `intent ${i}`);
    const { threads } = context;
    const make = (precision: "float32" | "int8") => {
      const model = TextClassifier.fromConfig({}, { labels, threads, seed: 0, precision });
      patchModule(model);
      return model;
    };
    const models = { int8: make("int8"), float32: make("float32") };
    const dataset = fixedLengthDataset(TEXTS, LENGTH);
    const batch = pyTorchBatch(dataset, LENGTH);
    const pytorch = await context.pytorch();
    const times = await interleave(
      {
        ours: () => seconds(() => draw(models.int8, dataset)),
        floats: () => seconds(() => draw(models.float32, dataset)),
        theirs: pytorch && (() => pytorch.predictInt8(batch, DRAWS)),
      },
      { rounds: context.rounds, onRound: (round) => context.progress(`int8: round ${round}`) },
    );
    for (const model of Object.values(models)) await model.dispose();
    const show = { unit: "s", decimals: 2 };
    const what = `${DRAWS} draws of ${TEXTS} texts of ${LENGTH} tokens in int8`;
    const against = (name: string, theirs: readonly number[], target: number): Row => {
      const ratio = median(roundRatios(theirs, times.ours));
      const compared = `${name}: ${showSamples(theirs, show)}`;
      const samples = { oursSeconds: times.ours, theirsSeconds: theirs };
      return {
        ...{ what, ours: showSamples(times.ours, show), comparedWith: compared, ratio },
        ...{ target: `>= ${target.toFixed(1)}`, met: ratio >= target, samples },
      };
    };
    const rows = [against("float32", times.floats, TARGET)];
    if (times.theirs.length > 0) rows.push(against("PyTorch, dynamic int8", times.theirs, 1));
    return rows;
  },
};

async function draw(model: TextClassifier, dataset: Dataset<EncodedText>): Promise<number> {
  let sum = 0;
  for await (const { data } of model.predict(dataset, { iterations: DRAWS, seed: 1 })) sum += data[0]!;
  return sum;
}
