import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { bald } from "../../src/heuristics/bald.js";
import { certainty, entropy, margin } from "../../src/heuristics/confidence.js";
import { variance } from "../../src/heuristics/disagreement.js";
import { randomScores } from "../../src/heuristics/precomputed.js";
import { logitsOf, probabilitiesOf } from "./draws-of.js";

/** Two draws, each sure of another class; then two draws that agree on not knowing. */
const contradiction = [
  [1, 0],
  [0, 1],
];
const ignorance = [
  [0.5, 0.5],
  [0.5, 0.5],
];
const knowledge = [
  [1, 1],
  [0, 0],
];
const pool = probabilitiesOf([contradiction, ignorance, knowledge]);

describe("known values", () => {
  it.each([
    ["bald", bald(), [Math.LN2, 0, 0]],
    ["entropy", entropy(), [Math.LN2, Math.LN2, 0]],
    ["margin", margin(), [1, 1, 0]],
    ["certainty", certainty(), [0.5, 0.5, 0]],
    ["variance", variance(), [0.25, 0, 0]],
  ])("%s", (_name, heuristic, expected) => {
    expected.forEach((value, i) => {
      expect(heuristic.score(pool)[i]).toBeCloseTo(value, 12);
    });
  });

  it("reach the upper bound", () => {
    expect(bald().upperBound(2)).toBeCloseTo(Math.LN2);
    expect(variance().upperBound(2)).toBe(0.25);
    expect(certainty().upperBound(4)).toBe(0.75);
    expect(entropy({ reduction: "sum" }).upperBound(2, 6)).toBeCloseTo(6 * Math.LN2);
    expect(entropy({ reduction: "mean" }).upperBound(2, 6)).toBeCloseTo(Math.LN2);
  });

  it("large logits neither overflow nor underflow", () => {
    const far = logitsOf([
      [
        [3e38, -3e38],
        [-3e38, 3e38],
      ],
    ]);
    expect(bald().score(far)[0]).toBeCloseTo(Math.LN2, 12);
    expect(certainty().score(far)[0]).toBeCloseTo(0.5, 12);
  });
});

describe("what is averaged", () => {
  const opposed = logitsOf([
    [
      [9, -3],
      [-3, 9],
    ],
    [
      [9, 9],
      [-3, -9],
    ],
  ]);

  it("logits on request, as the reference does: opposite draws cancel out", () => {
    const p = 1 / (1 + Math.exp(-15));
    const average = "logits";
    expect(margin({ average }).score(opposed)[0]).toBeCloseTo(1, 12);
    expect(margin({ average }).score(opposed)[1]).toBeCloseTo(2 * (1 - p), 12);
    expect(certainty({ average }).score(opposed)[1]).toBeCloseTo(1 - p, 12);
    expect(entropy({ average }).score(opposed)[1]).toBeCloseTo(-p * Math.log(p) - (1 - p) * Math.log(1 - p), 10);
  });

  it.each([{}, { average: "probabilities" }] as const)("probabilities by default: %j", (options) => {
    const p = (1 / (1 + Math.exp(-12)) + 1 / (1 + Math.exp(-18))) / 2;
    expect(margin(options).score(opposed)[1]).toBeCloseTo(2 * (1 - p), 12);
    expect(certainty(options).score(opposed)[1]).toBeCloseTo(1 - p, 12);
    expect(entropy(options).score(opposed)[1]).toBeCloseTo(-p * Math.log(p) - (1 - p) * Math.log(1 - p), 10);
  });

  it("never logits that were not given", () => {
    expect(() => entropy({ average: "logits" }).score(pool)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

describe("dense predictions", () => {
  // [N = 1, C = 2, positions = 2, K = 2]: the first position contradicts itself, the second knows.
  const dense = predictions("probabilities", [1, 2, 1, 2, 2], Float32Array.from([1, 0, 1, 1, 0, 1, 0, 0]));

  it.each([
    ["mean", Math.LN2 / 2],
    ["max", Math.LN2],
    ["min", 0],
    ["sum", Math.LN2],
  ] as const)("are reduced by %s", (reduction, expected) => {
    expect(bald({ reduction }).score(dense)[0]).toBeCloseTo(expected, 12);
  });

  it("use the mean by default", () => {
    expect(bald().score(dense)[0]).toBeCloseTo(Math.LN2 / 2, 12);
  });
});

describe("refusals", () => {
  const refuses = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

  it.each([Number.NaN, Infinity, -Infinity])("the prediction %s is named with its dataset index", (bad) => {
    for (const heuristic of [bald(), entropy(), margin(), certainty(), variance()]) {
      const item = [
        [0.5, 0.5],
        [0.5, bad],
      ];
      const refused = refuses("E_NOT_FINITE", /item 42 .* class 1 in draw 1/);
      expect(() => heuristic.score(logitsOf([ignorance, item], [7, 42]))).toThrow(refused);
      expect(() => heuristic.score(probabilitiesOf([ignorance, item], [7, 42]))).toThrow(refused);
    }
  });

  it("predictions that are all NaN never score", () => {
    const nothing = [
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
    ];
    expect(() => bald().score(logitsOf([nothing], [3]))).toThrow(refuses("E_NOT_FINITE", /item 3 /));
  });

  it("numbers that are no probabilities", () => {
    const negative = [
      [1.5, 0.5],
      [-0.5, 0.5],
    ];
    const unequal = [
      [0.5, 0.5],
      [0.5, 0.8],
    ];
    expect(() => entropy().score(probabilitiesOf([negative], [5]))).toThrow(
      refuses("E_ARGUMENT", /item 5 .*negative.*kind: "logits"/),
    );
    expect(() => entropy().score(probabilitiesOf([unequal], [5]))).toThrow(
      refuses("E_ARGUMENT", /item 5 .*sum to 1\.3.*kind: "logits"/),
    );
  });

  it("rounding of probabilities is let through", () => {
    const rounded = [
      [1.0004, 0.5],
      [-1e-7, 0.5],
    ];
    expect(entropy().score(probabilitiesOf([rounded]))[0]).toBeGreaterThan(0);
  });

  it("a single draw, for what compares draws", () => {
    const single = probabilitiesOf([[[0.5], [0.5]]]);
    for (const make of [bald, variance]) {
      expect(make().needs).toContain("draws");
      expect(() => make().score(single)).toThrow(refuses("E_ARGUMENT", /iterations > 1.*"entropy"/));
      expect(make({ allowSingleDraw: true }).score(single)).toEqual(Float64Array.of(0));
      expect(make({ allowSingleDraw: true }).needs).not.toContain("draws");
    }
    expect(entropy().score(single)[0]).toBeCloseTo(Math.LN2);
  });

  it("shapes that mean nothing", () => {
    expect(() => entropy().score(logitsOf([[[1, 2]]]))).toThrow(refuses("E_ARGUMENT", /2 classes/));
    expect(() => entropy().score(predictions("logits", [1, 2, 0], new Float32Array(0)))).toThrow(
      refuses("E_ARGUMENT", /no draws/),
    );
    expect(() => entropy().score({ kind: "logits", shape: [1, 2, 2], data: new Float32Array(3), indices: [0] })).toThrow(
      refuses("E_SHAPE", /need 4/),
    );
  });

  it("an unknown reduction", () => {
    expect(() => entropy({ reduction: "median" as "mean" })).toThrow(refuses("E_ARGUMENT", /mean, max, min, sum/));
  });
});

describe("random scores", () => {
  it("depend on the seed and the dataset index alone", () => {
    const scores = randomScores({ seed: 3 }).score(probabilitiesOf([ignorance, knowledge], [10, 11]));
    expect([...randomScores({ seed: 3 }).score(probabilitiesOf([contradiction, ignorance, knowledge], [11, 99, 10]))]).toEqual([
      scores[1],
      expect.any(Number),
      scores[0],
    ]);
    expect(randomScores({ seed: 4 }).score(probabilitiesOf([ignorance], [10]))[0]).not.toBe(scores[0]);
  });
});
