import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { AdamW } from "../../src/engine/optimizers/adamw.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { BenchContext } from "../bench-context.js";
import { type Contestant, interleave, roundRatios, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { createBaseModel, DRAWS, fixedLengthDataset, pyTorchBatch, textDataset } from "./base-model.js";

const ROWS = 32;
const LENGTH = 16;
/** Times the built model's time. */
const LIMIT = 1.1;
const TOLERANCE = 1e-4;

/**
 * An ONNX export with the very weights of a model built from its config must work as fast as that model. PyTorch's export spells
 * LayerNorm, GELU and linear layers in small operators; without PyTorch, our own export stands in, which is easier to import.
 */
export const importedModel: Measurement = {
  name: "import",
  about: "a training step and a prediction of an ONNX import, against the same model built from its config",
  async run(context) {
    const built = createBaseModel(await context.baseTokenizer(), context.threads);
    const { model: imported, origin } = await reimport(context, built);
    const rows = [await sameLogits(context, built, imported, origin)];
    const texts = textDataset(await context.sampleTexts(context.quick ? 4 : 32), built.tokenizer);
    const predict = (model: TextClassifier) => () =>
      seconds(() => new BaalTrainer({ model }).predictOnDataset(texts, { iterations: DRAWS }));
    const work = [
      { name: `training step ${ROWS}x${LENGTH}, AdamW included`, ours: await training(imported), theirs: await training(built) },
      { name: `prediction, ${texts.length} texts x ${DRAWS} draws`, ours: predict(imported), theirs: predict(built) },
    ];
    for (const { name, ...contestants } of work) {
      const what = `import of ${origin}: ${name}`;
      rows.push(await importRow(context, { what, ...contestants }));
    }
    return rows;
  },
};

async function reimport(context: BenchContext, built: TextClassifier): Promise<{ model: TextClassifier; origin: string }> {
  const folder = await mkdtemp(join(tmpdir(), "baal-bench-"));
  try {
    context.progress("import: writing and reading the export");
    await built.save(folder);
    const pytorch = await context.pytorch();
    await pytorch?.exportOnnx(
      join(folder, "model.safetensors"),
      join(folder, "onnx", "model.onnx"),
      pyTorchBatch(fixedLengthDataset(2, 8), 8),
    );
    const model = await TextClassifier.fromPretrained(folder, { format: "onnx", threads: context.threads });
    patchModule(model);
    return { model, origin: pytorch ? "PyTorch's export" : "our own export" };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Fast is worth nothing if the import is another model. */
async function sameLogits(context: BenchContext, built: TextClassifier, imported: TextClassifier, origin: string): Promise<Row> {
  const dataset = textDataset(await context.sampleTexts(8), built.tokenizer);
  const logits = async (model: TextClassifier) =>
    (await model.predict(dataset, { mode: "deterministic" }).next()).value!.data as Float32Array;
  const [theirs, ours] = [await logits(built), await logits(imported)];
  const difference = Math.max(...Array.from(ours, (logit, i) => Math.abs(logit - theirs[i]!)));
  return {
    what: `import of ${origin}: largest difference of 8 texts' logits`,
    ours: difference.toExponential(1),
    comparedWith: "built from config",
    target: `< ${TOLERANCE}`,
    met: difference < TOLERANCE,
    samples: { difference },
  };
}

async function training(model: TextClassifier): Promise<Contestant> {
  const dataset = fixedLengthDataset(ROWS, LENGTH);
  const examples = Array.from({ length: ROWS }, (_, i) => dataset.at(i));
  const optimizer = new AdamW({ weightDecay: 0.01 });
  const learner = await model.createLearner({ loss: { name: "crossEntropy" }, optimizer, maxGradNorm: 1, seed: 0 });
  let step = 0;
  return () => seconds(() => learner.step([examples], { step: step++, learningRate: 1e-5 }));
}

async function importRow(
  context: BenchContext,
  { what, ours, theirs }: { readonly what: string; readonly ours: Contestant; readonly theirs: Contestant },
): Promise<Row> {
  // A tenth is within the noise of three rounds on a shared machine.
  const options = { rounds: context.quick ? 1 : 7, onRound: (round: number) => context.progress(`${what}: round ${round}`) };
  const times = await interleave({ ours, theirs }, options);
  const ratio = median(roundRatios(times.theirs, times.ours));
  const show = { unit: "s", decimals: 2 };
  return {
    what,
    ours: showSamples(times.ours, show),
    comparedWith: `built from config: ${showSamples(times.theirs, show)}`,
    ratio,
    target: `within 10 %: >= ${(1 / LIMIT).toFixed(2)}`,
    met: ratio >= 1 / LIMIT,
    samples: { oursSeconds: times.ours, builtSeconds: times.theirs },
  };
}
