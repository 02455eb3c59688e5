import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { items, labelledDataset } from "./small-dataset.js";

const refused = expect.objectContaining({ code: "E_ARGUMENT" });

describe("excluded items", () => {
  it("are neither in the pool nor labelled, until they are included again", () => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    active.label([3]);
    active.exclude([1, 1]);
    expect(active.poolIndices).toEqual([0, 2, 4]);
    expect([active.numUnlabelled, active.numLabelled]).toEqual([3, 1]);
    expect([0, 1, 3].map((index) => active.canLabel(index))).toEqual([true, false, false]);
    expect(() => active.label([1])).toThrow(refused);
    expect(() => active.poolView([1])).toThrow(refused);
    expect(() => active.exclude([0, 3])).toThrow(refused);
    expect(active.excludedIndices).toEqual([1]);
    active.include([1]);
    expect(active.poolIndices).toEqual([0, 1, 2, 4]);
    expect(() => active.include([1])).toThrow(refused);
  });

  it("are told apart from labelled items and those of the pool", () => {
    const active = new ActiveLearningDataset(labelledDataset(3));
    active.label([0]);
    active.exclude([2]);
    expect([0, 1, 2].map((index) => active.isExcluded(index))).toEqual([false, false, true]);
    for (const index of [-1, 3, 0.5]) {
      expect(() => active.isExcluded(index)).toThrow(refused);
      expect(() => active.canLabel(index)).toThrow(refused);
      expect(() => active.exclude([1, index])).toThrow(refused);
      expect(() => active.include([2, index])).toThrow(refused);
    }
    expect(active.excludedIndices).toEqual([2]);
  });

  it("stay excluded when labels are taken back", () => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    active.label([0, 1]);
    active.label([2]);
    active.exclude([4]);
    expect(active.undo()).toEqual([2]);
    active.unlabel([0]);
    expect([active.poolIndices, active.labelledIndices, active.excludedIndices]).toEqual([[0, 2, 3], [1], [4]]);
    expect(active.numUnlabelled).toBe(3);
  });

  it("are never labelled at random, and survive saving; older states have none", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    const older = active.stateDict();
    active.exclude([5, 0]);
    const copy = new ActiveLearningDataset(labelledDataset(6));
    copy.loadStateDict(JSON.parse(JSON.stringify(active.stateDict())));
    expect(copy.excludedIndices).toEqual([0, 5]);
    expect([...copy.labelRandomly(4)].sort()).toEqual([1, 2, 3, 4]);
    copy.loadStateDict(older);
    expect(copy.excludedIndices).toEqual([]);
    expect(older).not.toHaveProperty("excluded");
    for (const broken of [{ excluded: [6] }, { steps: [[1]], excluded: [1] }]) {
      const state = { ...active.stateDict(), ...broken };
      expect(() => copy.loadStateDict(state)).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    }
  });
});

describe("items held out for validation", () => {
  it("are neither in the pool nor trained on; those with a label are for validation", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([3, 1]);
    active.holdOut([1, 4, 5, 4]);
    expect(active.poolIndices).toEqual([0, 2]);
    expect([active.numUnlabelled, active.numLabelled, active.length]).toEqual([2, 1, 1]);
    expect(active.labelledIndices).toEqual([3]);
    expect(active.at(0).index).toBe(3);
    expect(active.validation.indices).toEqual([1]);
    active.label([5], [0]);
    expect(items(active.validation).map(({ index, target }) => [index, target])).toEqual([
      [1, labelledDataset(6).at(1).target],
      [5, 0],
    ]);
    expect(active.lastActiveSteps(1).indices).toEqual([]);
    expect([4, 5].map((index) => [active.canLabel(index), active.isHeldOut(index)])).toEqual([
      [true, true],
      [false, true],
    ]);
    expect([...active.labelRandomly(2)].sort()).toEqual([0, 2]);
    active.release([1, 4]);
    expect([active.labelledIndices.slice(0, 2), active.poolIndices, active.heldOutIndices]).toEqual([[3, 1], [4], [5]]);
  });

  it("refuses what cannot be, with nothing changed", () => {
    const active = new ActiveLearningDataset(labelledDataset(4));
    active.exclude([0]);
    active.holdOut([1]);
    for (const wrong of [
      [2, 0],
      [2, 4],
      [2, -1],
    ])
      expect(() => active.holdOut(wrong)).toThrow(refused);
    expect(() => active.release([1, 2])).toThrow(refused);
    expect(() => active.exclude([1])).toThrow(refused);
    expect(() => active.poolView([1])).toThrow(/held out for validation/);
    expect(active.heldOutIndices).toEqual([1]);
  });

  it("survive saving and an undo", () => {
    const active = new ActiveLearningDataset(labelledDataset(4));
    active.holdOut([2]);
    active.label([2, 3]);
    const copy = new ActiveLearningDataset(labelledDataset(4));
    copy.loadStateDict(JSON.parse(JSON.stringify(active.stateDict())));
    expect([copy.heldOutIndices, copy.validation.indices, copy.labelledIndices]).toEqual([[2], [2], [3]]);
    expect(copy.undo()).toEqual([2, 3]);
    expect([copy.validation.indices, copy.poolIndices]).toEqual([[], [0, 1, 3]]);
    for (const broken of [{ heldOut: [4] }, { excluded: [0], heldOut: [0] }]) {
      const state = { ...active.stateDict(), ...broken };
      expect(() => copy.loadStateDict(state)).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    }
  });
});

describe("views", () => {
  it("lastActiveSteps shows the last steps", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    for (const step of [[4], [0, 2], [5]]) active.label(step);
    expect(active.lastActiveSteps(2).indices).toEqual([0, 2, 5]);
    expect(items(active.lastActiveSteps(1)).map(({ target }) => target)).toEqual([2]);
    expect(active.lastActiveSteps(9).indices).toEqual([4, 0, 2, 5]);
    for (const steps of [0, -1, 1.5, Number.NaN]) expect(() => active.lastActiveSteps(steps)).toThrow(refused);
  });

  it("the pool shows the items of poolDataset, training those of the data set", () => {
    const plain = labelledDataset(3);
    const augmented = { length: 3, at: (i: number) => ({ ...plain.at(i), input: `${plain.at(i).input}, flipped` }) };
    const active = new ActiveLearningDataset(augmented, { poolDataset: plain });
    active.label([1]);
    expect(items(active.pool).map(({ input }) => input)).toEqual(["item 0", "item 2"]);
    expect(items(active.poolView([2])).map(({ input }) => input)).toEqual(["item 2"]);
    expect(active.at(0).input).toBe("item 1, flipped");
    expect(() => new ActiveLearningDataset(plain, { poolDataset: labelledDataset(2) })).toThrow(refused);
  });
});

describe("labels that join the last step", () => {
  it("belong to that step, in the order of labelling, and survive saving", () => {
    const active = new ActiveLearningDataset(labelledDataset(8));
    active.label([5], undefined, { step: "last" });
    active.label([1], [2], { step: "last" });
    active.label([7]);
    active.label([0, 6], undefined, { step: "last" });
    expect(active.labelledIndices).toEqual([5, 1, 7, 0, 6]);
    expect([5, 1, 7, 0, 6].map((index) => active.stepOf(index))).toEqual([0, 0, 1, 1, 1]);
    expect(items(active.lastActiveSteps(1)).map(({ index }) => index)).toEqual([7, 0, 6]);
    expect(active.poolIndices).toEqual([2, 3, 4]);
    const copy = new ActiveLearningDataset(labelledDataset(8));
    copy.loadStateDict(JSON.parse(JSON.stringify(active.stateDict())));
    copy.label([2], undefined, { step: "last" });
    expect(copy.undo()).toEqual([7, 0, 6, 2]);
    expect(active.numSteps).toBe(2);
  });
});

describe("item", () => {
  it("gives labelled and excluded items, too, as the pool sees them", () => {
    const poolDataset = { length: 3, at: (position: number) => ({ index: 9, input: `plain ${position}`, target: 1 }) };
    const active = new ActiveLearningDataset(labelledDataset(3), { poolDataset });
    active.label([0]);
    active.exclude([1]);
    for (const index of [0, 1, 2]) expect(active.item(index)).toEqual({ index, input: `plain ${index}`, target: undefined });
    for (const index of [-1, 3, 0.5]) expect(() => active.item(index)).toThrow(refused);
  });
});
