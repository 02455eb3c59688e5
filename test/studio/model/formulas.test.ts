import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { modelConfig } from "../../../src/studio/api/model-config.js";
import { checkModel } from "../../../src/studio/model/check-model.js";
import { readItemRows, rowLookup, writeItemRows } from "../../../src/studio/model/item-rows.js";
import { fitPowerLaw, forecast } from "../../../src/studio/model/learning-forecast.js";
import { acceptedClasses } from "../../../src/studio/model/propagated.js";
import { gradientItems, spreadPicks } from "../../../src/studio/model/spread-picks.js";
import { labelHistograms, scoreBand, validationScore } from "../../../src/studio/model/validation-score.js";
import { temporaryFolder } from "../../temporary-folder.js";

describe("picks by gradients", () => {
  const random = createRandom(1);
  const [items, classes, width] = [7, 3, 4];
  const probs = Float32Array.from({ length: items * classes }, () => random.uniform());
  const vectors = Float32Array.from({ length: items * width }, () => random.normal());
  const gradient = (n: number, label?: number) =>
    Array.from({ length: classes }, (_, c) => c)
      .filter((c) => label === undefined || c === label)
      .flatMap((c) => {
        const p = probs[n * classes + c]!;
        return Array.from({ length: width }, (_, d) => ((p - Number(p >= 0.5)) * vectors[n * width + d]!) / classes);
      });
  const squared = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

  it.each([undefined, 1])("the first is drawn by the squared distance to the nearest centre (label %s)", async (label) => {
    const given = gradientItems(probs, vectors, { classes, width, label });
    const [centres, among] = [
      [0, 3],
      [1, 2, 4, 5, 6],
    ];
    const weights = among.map((n) => Math.min(...centres.map((c) => squared(gradient(n, label), gradient(c, label)))));
    const total = weights.reduce((a, b) => a + b);
    const counts = new Map<number, number>();
    const draws = 1500;
    for (let seed = 0; seed < draws; seed++) {
      const [first] = await spreadPicks(given, { among, centres, count: 1, random: createRandom(seed) });
      counts.set(first!, (counts.get(first!) ?? 0) + 1);
    }
    const chi = among.reduce((sum, n, i) => {
      const expected = (draws * weights[i]!) / total;
      return sum + ((counts.get(n) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // 99.9 % of a chi-square with four degrees of freedom; seeds are fixed.
    expect(chi).toBeLessThan(18.5);
  });

  it("never picks one twice, nor what is like a centre while there is other", async () => {
    const same = { errors_N_E: new Float32Array(4).fill(1), vectors_N_D: Float32Array.of(1, 1, 1, 5), errors: 1, width: 1 };
    for (let seed = 0; seed < 20; seed++) {
      const picks = await spreadPicks(same, { among: [1, 2, 3], centres: [0], count: 3, random: createRandom(seed) });
      expect(picks[0]).toBe(3);
      expect([...picks].sort()).toEqual([1, 2, 3]);
    }
  });
});

describe("learning curves", () => {
  const law = { a: 0.05, b: 0.9, c: 0.5 };
  const points = [20, 40, 80, 160, 320].map((labelled) => ({ labelled, value: 1 - law.a - law.b * labelled ** -law.c }));

  it("finds the law that points lie on, and how many more labels it takes", () => {
    const found = fitPowerLaw(points);
    expect(found.a).toBeCloseTo(law.a, 6);
    expect(found.b).toBeCloseTo(law.b, 5);
    const { more, target } = forecast(points, 0.91)!;
    const needed = (law.b / (1 - 0.91 - law.a)) ** (1 / law.c) - 320;
    expect(target).toBe(0.91);
    expect(more![0]).toBeGreaterThanOrEqual(needed - 1);
    expect(more![1]).toBeLessThan(needed * 1.3);
    expect(forecast(points, 0.97)!.more).toBeUndefined();
  });

  it("says nothing of three points, nor where labels have not helped", () => {
    expect(forecast(points.slice(0, 3), 0.9)).toBeUndefined();
    expect(
      forecast(
        [1, 2, 3, 4].map((n) => ({ labelled: 10 * n, value: 0.5 - 0.01 * n })),
        0.9,
      ),
    ).toBeUndefined();
  });

  it("scores one choice by what is likeliest, several labels by their F1 over what is known", () => {
    const single = [
      { entries: [1, 0] as const, probs_C: [0.7, 0.3] },
      { entries: [1, 0] as const, probs_C: [0.2, 0.8] },
    ];
    expect(validationScore(single, "single")).toBe(0.5);
    const several = [
      { entries: [1, null] as const, probs_C: [0.9, 0.9] },
      { entries: [0, 1] as const, probs_C: [0.8, 0.1] },
    ];
    // The first: one right, one wrong yes: F1 2/3. The second: missed.
    expect(validationScore(several, "multi")).toBeCloseTo((2 / 3 + 0) / 2);
    const { value, low, high } = scoreBand(
      Array.from({ length: 40 }, (_, i) => single[i % 2]!),
      "single",
    )!;
    expect([value, low < value, high > value, high < 0.8]).toEqual([0.5, true, true, true]);
    expect(scoreBand([], "single")).toBeUndefined();
  });

  it("bins probabilities of each label, with its AUC by pairs", () => {
    const validated = [0.9, 0.4, 0.6, 0.1].map((p, i) => ({ entries: [i < 2 ? 1 : 0] as (0 | 1)[], probs_C: [p] }));
    const [only] = labelHistograms({ labels: [7], learnt: [], validated, open: [[1], [0], [0.5]] });
    expect(only).toMatchObject({ label: 7, auc: 3 / 4, accuracy: 0.5 });
    expect(only!.unlabelled.reduce((a, b) => a + b)).toBeCloseTo(14);
    expect([only!.unlabelled[0], only!.unlabelled[7], only!.unlabelled[13]].every((height) => height! > 0)).toBe(true);
  });
});

describe("what is accepted of what was spread", () => {
  it.each([
    ["single", [0.2, 0.95, 0.99], [30]],
    ["single", [0.2, 0.8, Number.NaN], undefined],
    ["multi", [0.95, 0.02, 0.91], [10, 30]],
    ["multi", [0.95, 0.5, 0.91], undefined],
    ["multi", [0.95, Number.NaN, 0.91], undefined],
  ] as const)("%s %j", (task, probs_C, classes) => {
    expect(acceptedClasses(probs_C, [10, 20, 30], { threshold: 0.9, task })).toEqual(classes);
  });
});

describe("what a model is refused for", () => {
  const image = { kind: "image", task: "multi", labels: 3, width: 588, lastMap: [12, 7, 7], hasEncoder: true } as const;
  const fields = (config: object, situation: object = {}) =>
    checkModel(modelConfig.parse({ output: "sigmoid", ...config }), { ...image, ...situation } as never).problems.map(
      ({ field }) => field,
    );

  it("names the field", () => {
    expect(fields({ output: "softmax" })).toEqual(["output"]);
    expect(fields({ kind: "head", loss: "focal", output: "softmax" }, { task: "single" })).toEqual(["loss"]);
    expect(fields({ kind: "head", head: { type: "convnet" } }, { kind: "text", lastMap: undefined })).toEqual(["head"]);
    expect(fields({ kind: "head", head: { type: "convnet", layers: "8,p,p,p" } })).toEqual(["head.layers"]);
    expect(fields({ domainConfusion: 1 })).toEqual(["domainConfusion"]);
    expect(fields({ kind: "head", fixMatch: { lambda: 1 } })).toEqual([]);
  });

  it("counts parameters: of a linear layer, an MLP, and convolutions", () => {
    const count = (config: object) => checkModel(modelConfig.parse({ output: "sigmoid", ...config }), image).parameters;
    expect(count({ kind: "solved" })).toBe(589 * 3);
    expect(count({ kind: "head", pooling: "max" })).toBe(13 * 3);
    expect(count({ kind: "head", pooling: "flatten", head: { type: "mlp", hidden: [10] } })).toBe(589 * 10 + 11 * 3);
    expect(count({ kind: "head", head: { type: "convnet", layers: "8,p,d,16", kernel: 3 } })).toBe(
      12 * 9 * 8 + 8 + 8 * 9 * 16 + 16 + 17 * 3,
    );
  });
});

it("rows of items are read as they were written, and damage is told", async () => {
  const file = `${temporaryFolder()}/some.rows`;
  await writeItemRows(file, { items: Uint32Array.of(7, 3), width: 2, data: Float32Array.of(1, 2, 3, 4) });
  const of = rowLookup(await readItemRows(file));
  expect([of(3), of(7), of(1)]).toEqual([Float32Array.of(3, 4), Float32Array.of(1, 2), undefined]);
  const { writeFile } = await import("node:fs/promises");
  await writeFile(file, "something else");
  await expect(readItemRows(file)).rejects.toThrow("damaged");
});
