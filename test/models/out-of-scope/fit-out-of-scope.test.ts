import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import { createDataset } from "../../../src/core/dataset-view.js";
import { joinPredictions } from "../../../src/core/join-chunks.js";
import { createRandom } from "../../../src/core/random.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { OUT_OF_SCOPE_SCORES, type OutOfScopeScore } from "../../../src/models/out-of-scope/scores.js";
import { fitOutOfScope } from "../../../src/training/fit-out-of-scope.js";
import { solveLastLayer } from "../../../src/training/solve-last-layer.js";
import { temporaryFolder } from "../../temporary-folder.js";

const [WIDTH, CLASSES] = [8, 3];
const labels = ["card", "pin", "loan"];
const SCORES = Object.keys(OUT_OF_SCOPE_SCORES) as OutOfScopeScore[];

/** Unit vectors about the axis of their class; those without one lie about the last axis, in no class's direction. */
function items(count: number, { seed, isInScope }: { readonly seed: number; readonly isInScope: boolean }) {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, (_, index) => {
    const axis = isInScope ? index % CLASSES : WIDTH - 1;
    const row = Float32Array.from({ length: WIDTH }, (_, d) => 0.2 * random.normal() + Number(d === axis));
    const length = Math.hypot(...row);
    return { index, input: row.map((value) => value / length), target: isInScope ? axis : undefined };
  });
  return createDataset(count, (position) => rows[position]!);
}

const labelled = items(30, { seed: 1, isInScope: true });
const others = items(20, { seed: 2, isInScope: false });
const [known, foreign] = [items(12, { seed: 3, isInScope: true }), items(12, { seed: 4, isInScope: false })];

async function solved(): Promise<HeadClassifier> {
  const model = HeadClassifier.fromConfig({ inputDim: WIDTH, dropout: 0.2 }, { labels });
  await solveLastLayer(model, labelled);
  return model;
}

describe("fitOutOfScope", () => {
  it.each(SCORES)("tells items in no class's direction by %s, in answers and draws alike, and is saved so", async (score) => {
    const model = await solved();
    const rule = await fitOutOfScope(model, { labelled, outOfScope: others, label: "other", scores: [score] });
    expect(rule.heldOut).toMatchObject({ inScopeItems: 30, outOfScopeItems: 20 });
    expect(rule.heldOut.auroc).toBeGreaterThan(0.9);
    const inputs = [...Array(12).keys()].flatMap((n) => [known.at(n).input, foreign.at(n).input]);
    const answers = await model.classify(inputs);
    const right = answers.filter(({ isOutOfScope }, i) => isOutOfScope === (i % 2 === 1));
    expect(right.length).toBeGreaterThanOrEqual(20);
    for (const { label, isOutOfScope, labels: ranked } of answers) expect(label).toBe(isOutOfScope ? "other" : ranked[0]!.label);

    const target = join(temporaryFolder(), "model");
    await model.save(target);
    const loaded = await HeadClassifier.fromPretrained(target);
    expect(loaded.outOfScope).toEqual(rule);
    expect(await loaded.classify(inputs)).toEqual(answers);

    // The score is of the model, not of a draw.
    const beyond = async (options: object) =>
      (await joinPredictions(model.predict(foreign, options), { total: 12 })).beyondScope_N!;
    const deterministic = await beyond({ chunkSize: 5 });
    patchModule(model);
    const drawn = await beyond({ iterations: 4, seed: 3 });
    drawn.forEach((value, n) => {
      expect(value).toBeCloseTo(deterministic[n]!, 5);
    });
  });

  it("chooses the score with the highest AUROC on validation items, and the threshold with the most right answers", async () => {
    const model = await solved();
    const options = { labelled, outOfScope: others, validation: known };
    const best = await fitOutOfScope(model, options);
    for (const score of SCORES) {
      const { heldOut } = await fitOutOfScope(model, { ...options, scores: [score] });
      expect(heldOut.auroc).toBeLessThanOrEqual(best.heldOut.auroc);
    }
    expect(best.heldOut).toMatchObject({ inScopeItems: 12, outOfScopeItems: 20 });
  });

  it.each([
    ["training", (model: HeadClassifier) => solveLastLayer(model, labelled)],
    ["other weights", (model: HeadClassifier) => model.loadStateDict(new Map(model.stateDict()))],
    ["a reset", (model: HeadClassifier) => model.resetWeights()],
  ])("is dropped by %s", async (_, change) => {
    const model = await solved();
    await fitOutOfScope(model, { labelled, outOfScope: others });
    await change(model);
    expect(model.outOfScope).toBeUndefined();
    expect((await model.classify(known.at(0).input)).isOutOfScope).toBeUndefined();
  });

  it("says what it cannot use", async () => {
    const model = await solved();
    const none = createDataset(0, () => labelled.at(0));
    await expect(fitOutOfScope(model, { labelled, outOfScope: none })).rejects.toMatchObject({ code: "E_DATA" });
    await expect(fitOutOfScope(model, { labelled: others, outOfScope: others })).rejects.toMatchObject({ code: "E_DATA" });
    await expect(fitOutOfScope(model, { labelled, outOfScope: others, label: "pin" })).rejects.toMatchObject({
      code: "E_ARGUMENT",
    });
    await expect(fitOutOfScope(model, { labelled, outOfScope: others, scores: [] })).rejects.toMatchObject({
      code: "E_ARGUMENT",
    });
    model.task = "multi";
    await expect(fitOutOfScope(model, { labelled, outOfScope: others })).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
  });

  it("is read from a saved folder, or refused by name", async () => {
    const model = await solved();
    await fitOutOfScope(model, { labelled, outOfScope: others });
    const target = join(temporaryFolder(), "model");
    await model.save(target);
    await writeFile(join(target, "out_of_scope.json"), JSON.stringify({ score: "intuition" }));
    await expect(HeadClassifier.fromPretrained(target)).rejects.toThrow(/out_of_scope.json is no rule/);
  });
});
