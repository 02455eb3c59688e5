import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alternatingMix, togetherMix } from "../../../src/training/semi-supervised/semi-supervised-steps.js";
import { unlabelledStream } from "../../../src/training/semi-supervised/unlabelled-batches.js";

const plan = (stepsPerEpoch: number, labelledStepsPerEpoch = stepsPerEpoch) => ({
  ...{ stepsPerEpoch, labelledStepsPerEpoch, totalSteps: 100, warmupSteps: 0 },
});

describe("the order of unlabelled items", () => {
  const sizes = fc.record({
    length: fc.integer({ min: 1, max: 30 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer(),
  });

  it("never repeats an item before all were seen", () => {
    fc.assert(
      fc.property(sizes, ({ length, batchSize, seed }) => {
        const stream = unlabelledStream({ length, batchSize, seed });
        const seen = Array.from({ length: Math.ceil((3 * length) / batchSize) }, (_, batch) => stream(batch)).flat();
        for (let pass = 0; pass < 3; pass++) {
          const items = seen.slice(pass * length, (pass + 1) * length);
          expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
        }
      }),
    );
  });

  it("is the same for the same seed wherever reading begins, another for another pass or seed", () => {
    const options = { length: 50, batchSize: 50, seed: 4 };
    const stream = unlabelledStream(options);
    const first = [stream(0), stream(1)];
    expect(unlabelledStream(options)(1)).toEqual(first[1]);
    expect(stream(0)).toEqual(first[0]);
    expect(first[0]).not.toEqual(first[1]);
    expect(unlabelledStream({ ...options, seed: 5 })(0)).not.toEqual(first[0]);
  });
});

describe("steps", () => {
  it("learn from both kinds of items together by default", () => {
    const mix = togetherMix(plan(3));
    expect([0, 1, 2, 3, 7].map(mix)).toEqual([
      { labelled: 0, unlabelled: 0 },
      { labelled: 1, unlabelled: 1 },
      { labelled: 2, unlabelled: 2 },
      { labelled: 0, unlabelled: 3 },
      { labelled: 1, unlabelled: 7 },
    ]);
  });

  it("alternate: every labelled batch once per epoch, unlabelled batches in one sequence, from any step on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer(), (labelled, others, seed) => {
        const stepsPerEpoch = labelled + others;
        const mix = alternatingMix(plan(stepsPerEpoch, labelled), { seed });
        const contents = Array.from({ length: 3 * stepsPerEpoch }, (_, step) => mix(step));
        for (let epoch = 0; epoch < 3; epoch++) {
          const batches = contents.slice(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch).map((content) => content.labelled);
          expect(batches.filter((batch) => batch !== undefined)).toEqual(Array.from({ length: labelled }, (_, i) => i));
        }
        const unlabelled = contents.flatMap((content) => content.unlabelled ?? []);
        expect(unlabelled).toEqual(Array.from({ length: 3 * others }, (_, i) => i));
        for (const content of contents)
          expect((content.labelled === undefined) !== (content.unlabelled === undefined)).toBe(true);
        const later = alternatingMix(plan(stepsPerEpoch, labelled), { seed });
        expect(later(2 * stepsPerEpoch - 1)).toEqual(contents[2 * stepsPerEpoch - 1]);
      }),
    );
  });

  it("alternate in an order that differs from epoch to epoch", () => {
    const mix = alternatingMix(plan(20, 10), { seed: 1 });
    const kinds = [0, 20].map((start) => Array.from({ length: 20 }, (_, i) => mix(start + i).labelled === undefined));
    expect(kinds[0]).not.toEqual(kinds[1]);
  });
});
