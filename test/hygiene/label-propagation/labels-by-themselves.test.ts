import { describe, expect, it } from "vitest";
import { features } from "../../../src/core/features.js";
import { labelPropagation } from "../../../src/hygiene/label-propagation/label-propagation.js";
import { expectClose } from "../../engine/autodiff/check-gradient.js";
import { twoMoons } from "../../training/semi-supervised/mlp.js";
import { bruteForceNeighbours as findNeighbours } from "./brute-force-neighbours.js";

const points = twoMoons(40, { seed: 5 }).points;
const matrix = features([40, 2], Float32Array.from(points.flat()));
const propagation = labelPropagation({ k: 5, metric: "euclidean", findNeighbours });
/** The first label is the moon, the second the right half; of some items one of the two is unknown. */
const labelled = {
  indices: [0, 1, 2, 3, 10, 11, 20, 21],
  targets: [
    [1, null],
    [0, null],
    [1, 0],
    [0, 1],
    [null, 1],
    [null, 0],
    [1, 1],
    [0, 0],
  ],
};

describe("labels that spread by themselves", () => {
  it("have the probability of yes among no and yes, as one class of two", async () => {
    const fitted = await propagation.fit(matrix, labelled, { classes: 2 });
    const all = Array.from({ length: 40 }, (_, i) => i);
    const { data, kind, shape } = fitted.predict(all);
    expect([kind, shape]).toEqual(["sigmoid", [40, 2, 1]]);
    for (const label of [0, 1]) {
      const known = labelled.indices.flatMap((index, i) => {
        const target = labelled.targets[i]![label] ?? null;
        return target === null ? [] : [{ index, target }];
      });
      const alone = await propagation.fit(
        matrix,
        { indices: known.map(({ index }) => index), targets: known.map(({ target }) => target) },
        { classes: 2 },
      );
      const expected = alone.predict(all).data.filter((_, i) => i % 2 === 1);
      expectClose([...data.filter((_, i) => i % 2 === label)], [...expected], `label ${label}`, 1e-6);
    }
  });

  it("are predicted for items of which not all labels are known", async () => {
    const fitted = await propagation.fit(matrix, labelled, { classes: 2 });
    const known = [2, 3, 20, 21];
    expect(fitted.predict().indices).toEqual(Array.from({ length: 40 }, (_, i) => i).filter((i) => !known.includes(i)));
  });

  it("have 0.5 where nothing comes", async () => {
    const far = features([2, 2], Float32Array.of(1, 0, -1, 0));
    const fitted = await labelPropagation({ k: 1, findNeighbours }).fit(far, { indices: [0], targets: [[1]] }, { classes: 1 });
    expect([...fitted.predict([0, 1]).data]).toEqual([1, 0.5]);
  });

  it.each([
    ["another number of labels", [[1, 0, 1]], "E_SHAPE"],
    ["a label that is none", [[1, 0.5]], "E_ARGUMENT"],
    ["a class after a list", [[1, 0], 1], "E_ARGUMENT"],
    ["a list after a class", [1, [1, 0]], "E_ARGUMENT"],
  ])("refuse %s", async (_, targets, code) => {
    const attempt = propagation.fit(matrix, { indices: [0, 1].slice(0, targets.length), targets }, { classes: 2 });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code }));
  });
});
