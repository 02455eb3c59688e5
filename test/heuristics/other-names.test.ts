import { expect, it } from "vitest";
import { bald, klDisagreement, mutualInformation } from "../../src/heuristics/bald.js";
import { certainty, maxSoftmax } from "../../src/heuristics/confidence.js";
import { logitsOf, randomLogits, softmaxed } from "./draws-of.js";

const items = randomLogits([6, 3, 4], 3);
const given = logitsOf(items);

it.each([
  ["kldisagreement", klDisagreement(), bald()],
  ["mutualinformation", mutualInformation(), bald()],
  ["maxsoftmax", maxSoftmax(), certainty()],
] as const)("%s is another heuristic's score under the name of its literature", (name, heuristic, same) => {
  expect(heuristic.name).toBe(name);
  expect(heuristic.needs).toEqual(same.needs);
  expect(heuristic.score(given)).toEqual(same.score(given));
});

it("klDisagreement is the mean divergence of the draws from their mean", () => {
  const scores = klDisagreement().score(given);
  items.map(softmaxed).forEach((probs_C_K, item) => {
    let expected = 0;
    for (const row of probs_C_K) {
      const mean = row.reduce((a, b) => a + b) / row.length;
      for (const p of row) expected += (p * Math.log(p / mean)) / row.length;
    }
    expect(scores[item]).toBeCloseTo(expected, 9);
  });
});
