import { describe, expect, it } from "vitest";
import { type ReadyTrainingSet, trainingSet } from "../../../src/label-studio/training/training-set.js";
import { controlsOf, labelled, regionOf } from "./labelled.js";

const config = `<View><Text name="t" value="$text"/><Text name="u" value="$other"/>
  <Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
  <Choices name="d" toName="t" choice="multiple"><Choice value="A"/><Choice value="X"/><Choice value="Y"/></Choices>
  <Choices name="e" toName="u"><Choice value="P"/><Choice value="Q"/></Choices></View>`;
const controls = controlsOf(config);

const annotation = (id: number, regions: readonly unknown[], changes = {}) => ({
  ...labelled(id, [], { data: { text: `text ${id}`, other: `other ${id}` }, ...changes }),
  result: regions,
});

/** All three answered, but for every fourth, which lacks "d". */
const annotations = Array.from({ length: 40 }, (_, i) => {
  const c = regionOf([i % 2 === 0 ? "A" : "B"], "c");
  const d = regionOf(i % 3 === 0 ? ["A", "Y"] : ["X"], "d");
  const e = regionOf([i % 5 === 0 ? "P" : "Q"], "e");
  return annotation(i + 1, i % 4 === 0 ? [c, e] : [c, d, e]);
});

function ready(data: ReturnType<typeof trainingSet>): ReadyTrainingSet {
  if (data.kind !== "ready") throw new Error(data.reason);
  return data;
}

describe("what a model of several controls learns", () => {
  const data = ready(trainingSet(annotations, controls));
  const all = [...data.rows, ...data.heldOut];

  it("has the labels of each control, and one row per text with what was answered about it", () => {
    expect(data.isJoint).toBe(true);
    expect(data.controls.map(({ control, labels }) => [control.name, labels])).toEqual([
      ["c", ["A", "B"]],
      ["d", ["A", "X", "Y"]],
      ["e", ["P", "Q"]],
    ]);
    // Two texts per task.
    expect(all).toHaveLength(80);
    const byInput = new Map(all.map((row) => [row.input, Object.fromEntries(row.answers)]));
    expect(byInput.get("text 4")).toEqual({ c: ["B"], d: ["A", "Y"] });
    expect(byInput.get("text 5")).toEqual({ c: ["A"] });
    expect(byInput.get("other 6")).toEqual({ e: ["P"] });
  });

  it("holds a share of the texts out, with an example of each class left to learn from", () => {
    expect(data.heldOut.length).toBeGreaterThan(6);
    expect(data.heldOut.length).toBeLessThan(30);
    for (const { control, labels } of data.controls) {
      const seen = new Set(data.rows.flatMap(({ answers }) => answers.get(control.name) ?? []));
      expect([...labels].filter((label) => !seen.has(label))).toEqual([]);
    }
    expect(ready(trainingSet(annotations, controls, { heldOutShare: 0 })).heldOut).toEqual([]);
  });

  it("keeps the labels of two annotators apart who are to count each", () => {
    const second = annotations.map((one) => ({ ...one, id: one.id + 100, completedBy: "2", result: [regionOf(["B"], "c")] }));
    const rows = ready(trainingSet([...annotations, ...second], controls, { annotators: "each", heldOutShare: 0 })).rows;
    const own = rows.filter(({ input }) => input === "text 2").map(({ answers }) => Object.fromEntries(answers));
    expect(own).toEqual([{ c: ["B"], d: ["X"] }, { c: ["B"] }]);
  });

  it("leaves out a control with too few answers, and says why; the others are learned", () => {
    const few = annotations.map((one, i) => (i < 3 ? one : { ...one, result: one.result.slice(0, 1) }));
    const { controls: learned, notLearned, isJoint } = ready(trainingSet(few, controls, { heldOutShare: 0 }));
    expect(learned.map(({ control }) => control.name)).toEqual(["c"]);
    // Its labels are not taken for those of the others.
    expect(isJoint).toBe(true);
    expect(notLearned.map(({ name }) => name)).toEqual(["d", "e"]);
    expect(notLearned[1]!.reason).toContain("training needs 10");
    expect(trainingSet([], controls)).toMatchObject({
      kind: "insufficient",
      reason: expect.stringMatching(/"c": there are no annotations.*; "d": .*; "e": /),
    });
  });

  it("is what the control alone has where there is one", () => {
    const { controls: learned, isJoint, rows } = ready(trainingSet(annotations, controls.slice(0, 1)));
    expect({ labels: learned.map(({ labels }) => labels), isJoint }).toEqual({ labels: [["A", "B"]], isJoint: false });
    expect([...new Set(rows.flatMap(({ answers }) => [...answers.keys()]))]).toEqual(["c"]);
  });
});
