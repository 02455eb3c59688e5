import { expect, it } from "vitest";
import { drawHeuristic } from "../../src/heuristics/position-heuristic.js";
import { probabilitiesOf } from "./draws-of.js";

const one = [
  [0.25, 0.5],
  [0.75, 0.5],
];

it("makes a heuristic from the score of one position", () => {
  const spread = drawHeuristic({
    name: "spread",
    needs: ["probabilities"],
    upperBound: () => 1,
    score: ({ probs_C_K, iterations }) => Math.abs(probs_C_K[0]! - probs_C_K[iterations - 1]!),
  });
  expect(spread.score(probabilitiesOf([one]))).toEqual(Float64Array.of(0.25));
});

it.each([Number.NaN, Infinity])("refuses the score %s and names the item", (score) => {
  const broken = drawHeuristic({ name: "broken", needs: ["probabilities"], upperBound: () => 1, score: () => score });
  expect(() => broken.score(probabilitiesOf([one], [88]))).toThrow(
    expect.objectContaining({ code: "E_NOT_FINITE", message: expect.stringMatching(/"broken" gave dataset item 88 the score/) }),
  );
});
