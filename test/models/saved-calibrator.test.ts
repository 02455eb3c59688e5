import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { CalibrationState } from "../../src/calibration/calibration-state.js";
import { calibratorFromJSON } from "../../src/calibration/calibrator.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import type { GraphClassifier } from "../../src/models/graph/graph-classifier.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { tinyConfig } from "./tiny.js";

const folder = mkdtempSync(join(tmpdir(), "baaljs-calibrator-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const labels = ["a", "b", "c"];
const tokenizer = trainWordPiece(["a few words of text"], { vocabSize: 60 });
const fit = { items: 10, nllBefore: 2, nllAfter: 1, steps: 3, hasConverged: true };
const positive = fc.double({ min: 0.1, max: 9, noNaN: true });
const perClass = (number: fc.Arbitrary<number>) => fc.array(number, { minLength: 3, maxLength: 3 });
const biases = perClass(fc.double({ min: -2, max: 2, noNaN: true }));
const common = { version: 1, classes: 3, fit } as const;
const ofClasses: fc.Arbitrary<CalibrationState> = fc.oneof(
  positive.map((temperature) => ({ ...common, method: "temperature" as const, temperature })),
  fc
    .tuple(perClass(positive), biases)
    .map(([weights_C, biases_C]) => ({ ...common, method: "vector" as const, weights_C, biases_C })),
);
const ofLabels: fc.Arbitrary<CalibrationState> = fc.oneof(
  perClass(positive).map((temperatures_C) => ({ ...common, method: "labelTemperature" as const, temperatures_C })),
  fc
    .tuple(perClass(positive), biases)
    .map(([weights_C, biases_C]) => ({ ...common, method: "platt" as const, weights_C, biases_C })),
);
const head = (task: "single" | "multi" = "single") =>
  HeadClassifier.fromConfig({ inputDim: 4, dropout: 0.2 }, { labels, seed: 1, task });
const vectors = fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
});

describe("a model's calibrator", () => {
  it("is the same after saving and loading, and so is what is shown; draws go without it", async () => {
    await fc.assert(
      fc.asyncProperty(ofClasses, vectors, async (state, items) => {
        const own = head();
        own.calibrator = calibratorFromJSON(state);
        await own.save(join(folder, "head"));
        const again = await HeadClassifier.fromPretrained(join(folder, "head"));
        expect(again.calibrator!.toJSON()).toEqual(state);
        expect(await again.classify(items, { iterations: 3 })).toEqual(await own.classify(items, { iterations: 3 }));
        const dataset = own.datasetOf(items.map((features) => ({ features })));
        const draws = await joinPredictions(own.predict(dataset), { total: items.length });
        expect(draws).toEqual(await joinPredictions(head().predict(dataset), { total: items.length }));
        const probs = meanProbabilities(own.calibrator.calibrate(draws));
        for (const [n, answer] of (await own.classify(items)).entries()) {
          for (const { label, probability } of answer.labels)
            expect(probability).toBeCloseTo(probs[n * 3 + labels.indexOf(label)]!, 6);
        }
        await own.dispose();
        await again.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it("chooses the labels that the model's thresholds choose of its own probabilities", async () => {
    await fc.assert(
      fc.asyncProperty(
        ofLabels,
        perClass(fc.double({ min: 0.05, max: 0.95, noNaN: true })),
        vectors,
        async (state, thresholds, items) => {
          const [plain, own] = [head("multi"), head("multi")];
          plain.thresholds = thresholds;
          own.thresholds = thresholds;
          own.calibrator = calibratorFromJSON(state);
          const [before, after] = [await plain.classify(items), await own.classify(items)];
          for (const [n, { chosen, labels: shown }] of before.entries()) {
            const isClose = shown.some(
              ({ label, probability }) => Math.abs(probability - thresholds[labels.indexOf(label)]!) < 1e-4,
            );
            if (!isClose) expect(new Set(after[n]!.chosen)).toEqual(new Set(chosen));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  const cases: readonly (readonly [string, () => GraphClassifier<never>, (at: string) => Promise<GraphClassifier<never>>])[] = [
    [
      "texts",
      () => TextClassifier.fromConfig({ ...tinyConfig, vocabSize: tokenizer.vocabSize }, { labels, tokenizer }),
      (at) => TextClassifier.fromPretrained(at),
    ],
    [
      "images",
      () => ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [16, 16] }, { labels }),
      (at) => ImageClassifier.fromPretrained(at),
    ],
  ];
  it.each(cases)("is saved with models of %s, and goes with the weights that it was found for", async (name, make, load) => {
    const model = make();
    const classes = model.labels.length;
    const calibrator = calibratorFromJSON({ version: 1, classes, fit, method: "temperature", temperature: 0.5 });
    model.calibrator = calibrator;
    await model.save(join(folder, name));
    const again = await load(join(folder, name));
    expect(again.calibrator!.toJSON()).toEqual(calibrator.toJSON());
    again.loadStateDict(model.stateDict());
    expect(again.calibrator).toBeUndefined();
  });

  it("is what evaluations go by", async () => {
    const model = head();
    const rows = [0, 1, 2].map((n) => ({ features: [n, 1, -n, 2], label: labels[n]! }));
    const before = await new BaalTrainer({ model }).evaluate(rows);
    model.calibrator = calibratorFromJSON({ ...common, method: "temperature", temperature: 1e6 });
    const after = await new BaalTrainer({ model }).evaluate(rows);
    expect(after["loss"]).toBeCloseTo(Math.log(3), 4);
    expect(after["accuracy"]).toBe(before["accuracy"]);
  });

  it("is refused where it is none, or of another number of classes", async () => {
    const at = join(folder, "broken");
    await head().save(at);
    for (const text of ["{", JSON.stringify({ version: 1, classes: 2, fit, method: "temperature", temperature: 1 })]) {
      writeFileSync(join(at, "calibration.json"), text);
      await expect(HeadClassifier.fromPretrained(at)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
    }
  });
});
