import { describe, expect, it } from "vitest";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import { draws, drawsAt, expectCovariance, featureRows, tinyModel } from "./draw-moments.js";
import { maxDifference, tinyTexts } from "./tiny.js";

const texts = tinyTexts(13);
/** The same text under three indices, beside a shorter and a longer one. */
const twins = [3, 70, 11, 4000, 5].map((index, i) => ({ ...texts[[7, 7, 0, 7, 2][i]!]!, index }));

describe("consistent dropout", () => {
  it("draws the same for the same text under any index, where plain dropout does not", async () => {
    const model = tinyModel();
    patchModule(model, { consistent: true, rate: 0.3 });
    const shared = await draws(model, twins, { iterations: 6, seed: 1 });
    patchModule(model, { rate: 0.3 });
    const own = await draws(model, twins, { iterations: 6, seed: 1 });
    for (const c of [0, 1, 2]) {
      for (const twin of [1, 3]) {
        expect(maxDifference(drawsAt(shared, twin, c), drawsAt(shared, 0, c))).toBeLessThan(1e-5);
        expect(maxDifference(drawsAt(own, twin, c), drawsAt(own, 0, c))).toBeGreaterThan(0.01);
      }
      expect(new Set(drawsAt(shared, 0, c)).size).toBe(6);
    }
  });

  it.each([
    ["in small batches", { tokensPerBatch: 13 }],
    ["one by one", { tokensPerBatch: 1 }],
    ["in chunks", { chunkSize: 3 }],
  ])("is the same function for all items %s", async (_, options) => {
    const model = tinyModel();
    patchModule(model, { consistent: true });
    const whole = await draws(model, texts, { iterations: 5, seed: 2 });
    const other = await draws(model, [...texts].reverse(), { iterations: 5, seed: 2, ...options });
    const size = 15;
    texts.forEach((_text, n) => {
      const at = texts.length - 1 - n;
      const [a, b] = [whole.data.subarray(n * size, (n + 1) * size), other.data.subarray(at * size, (at + 1) * size)];
      expect(maxDifference(a, b)).toBeLessThan(1e-5);
    });
  });

  it("gives other draws for other seeds", async () => {
    const model = tinyModel();
    patchModule(model, { consistent: true });
    const [one, two] = [await draws(model, texts, { seed: 1 }), await draws(model, texts, { seed: 2 })];
    expect(maxDifference(one.data, two.data)).toBeGreaterThan(0.01);
  });

  it("is said of the predictions, chunk by chunk, and of no others", async () => {
    const model = tinyModel();
    expect((await draws(model, texts)).isConsistent).toBeUndefined();
    patchModule(model, { consistent: true });
    expect((await draws(model, texts, { iterations: 2, chunkSize: 5 })).isConsistent).toBe(true);
    expect((await draws(model, texts, { mode: "deterministic" })).isConsistent).toBeUndefined();
    patchModule(model);
    expect((await draws(model, texts, { iterations: 2 })).isConsistent).toBeUndefined();
  });

  it("is undone bit for bit", async () => {
    const model = tinyModel();
    const before = await draws(model, texts);
    patchModule(model, { consistent: true });
    await draws(model, texts, { iterations: 2 });
    unpatchModule(model);
    expect(await draws(model, texts)).toEqual(before);
  });
});

describe("the draws of the last layer's dropout", () => {
  // logit_c = sum_d w_cd x_d m_d + b_c with Var m = p / (1 - p), for which Cov(logit_c(x), logit_e(y)) = sum_d w_cd w_ed x_d y_d p / (1 - p).
  const rate = 0.3;
  const ratio = rate / (1 - rate);

  it.each([true, false])("have the closed form's covariance, between items only when consistent (%s)", async (consistent) => {
    const model = tinyModel();
    const pair = [texts[1]!, texts[9]!];
    const [x, y] = (await featureRows(model, pair)) as [Float32Array, Float32Array];
    const w = model.stateDict().get("classifier.weight")!.data;
    const sum = (c: number, e: number, a: Float32Array, b: Float32Array) =>
      a.reduce((total, value, d) => total + w[c * 16 + d]! * w[e * 16 + d]! * value * b[d]! * ratio, 0);
    patchModule(model, { where: "head", rate, consistent });
    const drawn = await draws(model, pair, { iterations: 4000, seed: 3 });
    for (const [c, e] of [
      [0, 0],
      [1, 1],
      [0, 2],
    ] as const) {
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 0, e), sum(c, e, x, x));
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 1, e), consistent ? sum(c, e, x, y) : 0);
    }
    expect(Math.abs(sum(0, 0, x, y))).toBeGreaterThan(0.005); // several standard errors
  });
});
