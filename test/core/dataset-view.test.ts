import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/core/dataset.js";
import { createDataset, datasetOfInputs, datasetView } from "../../src/core/dataset-view.js";

const letters: Dataset<string> = {
  ...createDataset(4, (index) => ({ index, input: "abcd"[index]!, target: index })),
  inEpoch: (epoch) => createDataset(4, (index) => ({ index, input: `${"abcd"[index]}${epoch}`, target: index })),
};

describe.each([
  ["createDataset", createDataset(3, (index) => ({ index, input: "x", target: undefined }))],
  ["datasetOfInputs", datasetOfInputs(["x", "y", "z"], 5)],
  ["datasetView", datasetView(letters, [3, 0, 1])],
  ["datasetView in an epoch", datasetView(letters, [3, 0, 1]).inEpoch!(2)],
])("%s", (_, dataset) => {
  it.each([-1, 3, 0.5, Number.NaN])("has no position %d", (position) => {
    expect(() => dataset.at(position)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: `Position ${position} is not in a data set of 3 items (0 to 2).` }),
    );
  });
});

describe("views", () => {
  it("keep the items' names, replace targets, and have epochs", () => {
    const view = datasetView(letters, [3, 0], (index) => 10 * index);
    expect(view.at(0)).toEqual({ index: 3, input: "d", target: 30 });
    expect(view.inEpoch!(1).at(1)).toEqual({ index: 0, input: "a1", target: 0 });
    expect(datasetView(datasetOfInputs(["x"]), [0]).inEpoch).toBeUndefined();
  });

  it("number inputs, and say that there are none", () => {
    expect(datasetOfInputs(["x", "y"], 5).at(1)).toEqual({ index: 6, input: "y", target: undefined });
    expect(() => datasetOfInputs([]).at(0)).toThrow("Position 0 is not in an empty data set.");
  });
});
