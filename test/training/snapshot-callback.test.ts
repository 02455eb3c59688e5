import { describe, expect, it } from "vitest";
import { DeepEnsemble } from "../../src/bayesian/deep-ensemble.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { snapshotCallback } from "../../src/training/trainer-callback.js";
import { tinyModel } from "../models/draw-moments.js";
import { asDataset, tinyTexts } from "../models/tiny.js";

const dataset = asDataset(tinyTexts(12, (index) => index % 3));

async function snapshots(options: Parameters<typeof snapshotCallback>[2]) {
  const model = tinyModel();
  const ensemble = new DeepEnsemble();
  const args = { numTrainEpochs: 3, batchSize: 4, learningRate: 0.01, seed: 1 };
  const seen: Float32Array[] = [];
  const record = { onStepEnd: () => void seen.push(model.stateDict().get("classifier.weight")!.data.slice()) };
  await new BaalTrainer({ model, args, callbacks: [record, snapshotCallback(model, ensemble, options)] }).train(dataset);
  const taken = Array.from({ length: ensemble.size }, (_, k) => ensemble.member(k).get("classifier.weight")!.data);
  // Which step's weights each member has.
  return taken.map((data) => seen.findIndex((weights) => String(weights) === String(data)) + 1);
}

describe("snapshots of a training run", () => {
  it("are the weights at each epoch's end, or after every so many steps, as from when they are wanted", async () => {
    expect(await snapshots({})).toEqual([3, 6, 9]);
    expect(await snapshots({ every: 2 })).toEqual([2, 4, 6, 8]);
    expect(await snapshots({ afterEpochs: 1 })).toEqual([6, 9]);
    expect(await snapshots({ every: 2, afterEpochs: 1.5 })).toEqual([6, 8]);
  });

  it("refuse an interval of no steps", () => {
    const make = (every: number) => snapshotCallback(tinyModel(), new DeepEnsemble(), { every });
    expect(() => make(0)).toThrow(/"epoch" or a whole number of steps; 0 came/);
    expect(() => snapshotCallback(tinyModel(), new DeepEnsemble(), { afterEpochs: -1 })).toThrow(/afterEpochs/);
  });
});
