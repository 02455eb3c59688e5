import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { mergePicks } from "../../src/scale/merge/merge-picks.js";
import { surveyPool } from "../../src/scale/merge/survey-pool.js";
import { type RunPlan, shardBounds } from "../../src/scale/plan/run-plan.js";
import { poolStrategy } from "../../src/scale/score/pool-strategy.js";
import type { ShardResult } from "../../src/scale/score/shard-result.js";
import { getStrategy } from "../../src/strategies/registry.js";
import { isScoreStrategy } from "../../src/strategies/strategy.js";

const planOf = (rows: number, rowsPerShard: number, strategy: string, count: number): RunPlan => ({
  ...{
    format: 1,
    packageVersion: "0",
    kind: "text",
    model: { version: "m", source: "m" },
    data: { sha256: "", name: "", bytes: 0, modified: null },
  },
  ...{ rows, rowsPerShard, columns: [], inputColumn: "text", text: null, maxSeqLen: 8, iterations: 4, seed: 11, strategy, count },
});

function shardOf(plan: RunPlan, scores: readonly number[], shard: number): ShardResult {
  const { start, length } = shardBounds(plan, shard);
  const own = Float64Array.from(scores.slice(start, start + length));
  return {
    ...{ run: "r", shard, start, labels: ["a", "b"], task: "single", scores: own, candidates: undefined },
    predicted: Int32Array.from(own, (score) => (Number.isNaN(score) ? -1 : 1)),
    probability: Float32Array.from(own, () => 0.75),
    errors: [...own].flatMap((score, n) => (Number.isNaN(score) ? [{ row: start + n, message: "no text" }] : [])),
  };
}

describe("the picks of a pool that nobody sees whole", () => {
  it.each(["topk:bald", "power:entropy", "softmax:bald", "power:energy"])(
    "%s: are those of the whole pool, whatever the shards",
    async (name) => {
      // Few different scores, so that there are ties; some negative, which power sampling looks at the pool for; some without a score.
      const score = fc.oneof(fc.constantFrom(0, 0.5, 0.25, Number.NaN), fc.double({ min: -3, max: 3, noNaN: true }));
      await fc.assert(
        fc.asyncProperty(
          fc.array(score, { minLength: 1, maxLength: 60 }),
          fc.integer({ min: 1, max: 70 }),
          fc.integer({ min: 1, max: 20 }),
          async (scores, size, count) => {
            const plan = planOf(scores.length, size, name, count);
            const known = scores.flatMap((value, index) => (Number.isNaN(value) ? [] : [index]));
            const read = async (shard: number) => shardOf(plan, scores, shard);
            const survey = await surveyPool(plan, read);
            const merged = mergePicks(plan, survey, read);
            if (known.length === 0) {
              await expect(merged).rejects.toMatchObject({ code: "E_POOL_EMPTY" });
              return;
            }
            const picks = await merged;
            const { statistics } = survey;
            const strategy = getStrategy(name);
            if (!isScoreStrategy(strategy)) throw new Error("a strategy by scores");
            const whole = strategy.selectFromScores(
              known,
              known.map((index) => scores[index]!),
              count,
              createRandom(plan.seed),
            );
            expect(picks.map(({ index }) => index)).toEqual(whole.indices);
            expect(picks.map((pick) => pick.score)).toEqual(whole.scores);
            expect(picks.every(({ label, probability }) => label === "b" && probability === 0.75)).toBe(true);
            expect(statistics).toMatchObject({ rows: scores.length, errors: scores.length - known.length });
            expect(statistics.highest).toBe(Math.max(...known.map((index) => scores[index]!)));
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it("refuses by name what has to see the pool, or labelled items", () => {
    for (const [name, instead] of [
      ["softrank:entropy", "power:entropy"],
      ["batchbald", "badge"],
      ["subset:100:badge", "itself"],
      ["cal", "badge"],
      ["topk:mahalanobis", "badge"],
    ] as const)
      expect(() => poolStrategy(name), name).toThrow(instead);
    expect(poolStrategy("coreset").kind).toBe("candidates");
    expect(poolStrategy("random").kind).toBe("candidates");
    expect(poolStrategy("power:bald").kind).toBe("scores");
  });
});
