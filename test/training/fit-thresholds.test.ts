import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDataset } from "../../src/core/dataset-view.js";
import { createRandom } from "../../src/core/random.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { fitThresholds } from "../../src/training/fit-thresholds.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import { temporaryFolder } from "../temporary-folder.js";

const labels = ["common", "rare", "never"];
/** Whether a label holds follows from a feature and noise; the second does for one in ten, which a logistic regression never thinks likely. */
function items(count: number, seed: number) {
  const random = createRandom(seed);
  const examples = Array.from({ length: count }, (_, index) => {
    const input = Float32Array.of(random.normal(), random.normal());
    const noise = () => 0.8 * random.normal();
    const target = [Number(input[0]! + noise() > 0), Number(input[1]! + noise() > 1.6), index === 0 ? null : 0];
    return { index, input, target };
  });
  return createDataset(count, (i) => examples[i]!);
}

async function solvedHead() {
  const head = HeadClassifier.fromConfig({ inputDim: 2, dropout: 0 }, { labels, task: "multi", seed: 1 });
  await solveLastLayer(head, items(300, 1), { loss: "binaryCrossEntropy" });
  return head;
}

const held = items(400, 2);
const inputs = Array.from({ length: 50 }, (_, i) => held.at(i).input);

describe("fitThresholds", () => {
  it("finds thresholds that items which were not looked at bear out", async () => {
    const head = await solvedHead();
    const fresh = items(1000, 3);
    const before = await new BaalTrainer({ model: head }).evaluate(fresh);
    const { thresholds, macroF1, macroF1Before, items: count } = await fitThresholds(head, held);
    const after = await new BaalTrainer({ model: head }).evaluate(fresh);
    expect(head.thresholds).toEqual(thresholds);
    expect(count).toBe(400);
    expect(thresholds[1]).toBeLessThan(0.45);
    expect(thresholds[2]).toBe(0.5);
    expect(macroF1).toBeGreaterThan(macroF1Before);
    expect(after["macroF1"]).toBeGreaterThan(before["macroF1"]! + 0.01);
    expect(after["meanAveragePrecision"]).toBe(before["meanAveragePrecision"]);
  });

  it("they are saved, loaded, and what classify goes by", async () => {
    const head = await solvedHead();
    const { thresholds } = await fitThresholds(head, held);
    const folder = join(temporaryFolder(), "head");
    await head.save(folder);
    const file = JSON.parse(await readFile(join(folder, "thresholds.json"), "utf8")) as Record<string, number>;
    expect(file).toEqual({ common: thresholds[0], rare: thresholds[1], never: 0.5 });
    const again = await HeadClassifier.fromPretrained(folder);
    expect(again.thresholds).toEqual(thresholds);
    const answers = await again.classify(inputs);
    let lowered = 0;
    for (const { chosen, labels: all } of answers) {
      expect(chosen).toEqual(all.filter(({ label, probability }) => probability >= file[label]!).map(({ label }) => label));
      lowered += all.filter(({ label, probability }) => chosen!.includes(label) && probability < 0.5).length;
    }
    expect(lowered).toBeGreaterThan(0);
  });

  it("they are dropped with the weights that they were found for", async () => {
    const head = await solvedHead();
    const change = {
      load: () => head.loadStateDict(new Map(head.stateDict())),
      reset: () => head.resetWeights(),
      train: () => new BaalTrainer({ model: head, args: { maxSteps: 1 } }).train(held),
    };
    for (const how of Object.values(change)) {
      await fitThresholds(head, held);
      await how();
      expect(head.thresholds).toBeUndefined();
    }
  });

  it("a model of one label an item has none, and says nothing of labels that are chosen", async () => {
    const head = HeadClassifier.fromConfig({ inputDim: 2 }, { labels, seed: 1 });
    await expect(fitThresholds(head, held)).rejects.toMatchObject({ code: "E_ARGUMENT" });
    expect(await head.classify(inputs[0]!)).not.toHaveProperty("chosen");
  });

  it.each([
    ["a label that the model does not have", '{ "other": 0.5 }', /"other"/],
    ["a threshold that is no probability", '{ "common": 2 }', /no thresholds/],
    ["what is no JSON", "{", /no thresholds/],
  ])("a file with %s is refused", async (_, text, message) => {
    const head = await solvedHead();
    const folder = join(temporaryFolder(), "broken");
    await head.save(folder);
    await writeFile(join(folder, "thresholds.json"), text);
    await expect(HeadClassifier.fromPretrained(folder)).rejects.toThrow(
      expect.objectContaining({ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) }),
    );
  });

  it("a label that the file does not name has 0.5", async () => {
    const head = await solvedHead();
    const folder = join(temporaryFolder(), "part");
    await head.save(folder);
    await writeFile(join(folder, "thresholds.json"), '{ "rare": 0.25 }');
    expect((await HeadClassifier.fromPretrained(folder)).thresholds).toEqual([0.5, 0.25, 0.5]);
  });
});
