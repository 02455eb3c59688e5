import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChoicesControl } from "../../../src/label-studio/contract/choices-controls.js";
import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";
import type { AnnotatorRule } from "../../../src/label-studio/training/training-options.js";
import {
  type LearnedControl,
  type TrainingRow,
  type TrainingSetOptions,
  trainingSet,
} from "../../../src/label-studio/training/training-set.js";
import { configOf, controlsOf, labelled, regionOf } from "./labelled.js";

const few: TrainingSetOptions = { minItems: 1, heldOutShare: 0 };
const aOrB = controlsOf(configOf(["A", "B"]));
/** Makes what is tested with the annotations enough to train with. */
const others = [labelled(501, ["A"]), labelled(502, ["B"])];

/** The training set of one control, with its answers as the labels of the rows. */
function ofOne(annotations: readonly AnnotationRecord[], controls: readonly ChoicesControl[], options: TrainingSetOptions = {}) {
  const data = trainingSet(annotations, controls, options);
  const [report] = data.reports;
  if (data.kind === "insufficient") return { ...data, report: report! };
  const [{ control, labels }] = data.controls as [LearnedControl];
  const plain = ({ taskId, input, answers }: TrainingRow) => ({ taskId, input, labels: answers.get(control.name)! });
  expect([data.isJoint, data.controls.length, data.notLearned]).toEqual([false, 1, []]);
  return { ...data, control, labels, rows: data.rows.map(plain), heldOut: data.heldOut.map(plain), report: report! };
}

function read(annotations: readonly AnnotationRecord[], controls = aOrB, options: TrainingSetOptions = {}) {
  const data = ofOne([...annotations, ...others], controls, { ...few, ...options });
  if (data.kind !== "ready") throw new Error(data.reason);
  const rows = data.rows.filter(({ taskId }) => taskId < 1500);
  return { ...data, rows, labelsOf: rows.map(({ labels }) => labels.join("+")) };
}

describe("training data from annotations", () => {
  it("reads the labels of the control's regions, and counts what it leaves out", () => {
    const { rows, labels, report, control } = read([
      labelled(1, ["A"]),
      labelled(2, ["A"], { wasCancelled: true }),
      labelled(3, [], { result: [] }),
      labelled(4, []),
      labelled(5, ["A"], { result: [regionOf(["A"], "other"), "text", null, { value: 1 }] }),
      labelled(6, ["B"], { result: [regionOf(["A"], "other"), { ...(regionOf(["B"]) as object), score: 0.1 }] }),
      labelled(7, ["A", "B"]),
      labelled(8, ["A"], { data: { other: "x" } }),
      labelled(9, ["A"], { result: [{ from_name: "c", value: { choices: "A" } }] }),
      labelled(10, ["A"], { result: [{ from_name: "c", value: { choices: [7, null, "A"], labels: ["B"], taxonomy: [["B"]] } }] }),
    ]);
    expect(rows).toEqual([
      { taskId: 1001, input: "text 1001", labels: ["A"] },
      { taskId: 1006, input: "text 1006", labels: ["B"] },
      { taskId: 1010, input: "text 1010", labels: ["A"] },
    ]);
    expect(labels).toEqual(["A", "B"]);
    expect(control.name).toBe("c");
    expect(report).toEqual({
      control: "c",
      annotations: 12,
      used: 5,
      mapped: 0,
      secondOpinions: [],
      leftOut: {
        ...{ cancelled: 1, rejected: 0, empty: 3, otherControls: 1 },
        ...{ superseded: 0, unknownLabels: 0, ambiguous: 1, unreadable: 1 },
      },
      unknownLabels: {},
      unusedLabels: [],
      items: { A: 3, B: 2 },
    });
  });

  it("gives a label its canonical name, whether a result says the alias or the value; the alias wins", () => {
    const controls = controlsOf(`<View><Text name="t" value="$text"/><Choices name="c" toName="t">
      <Choice value="Yes" alias="y"/><Choice value="No" alias="Yes"/><Choice value="A"/><Choice value="B"/></Choices></View>`);
    const { labelsOf, labels } = read([labelled(1, ["y"]), labelled(2, ["Yes"]), labelled(3, ["No"])], controls);
    expect(labelsOf).toEqual(["y", "Yes", "Yes"]);
    expect(labels).toEqual(["y", "Yes", "A", "B"]);
  });

  it("leaves out annotations with labels that were renamed or removed, names them, and learns those that were added", () => {
    const annotations = [labelled(1, ["A"]), labelled(2, ["Old"]), labelled(3, ["Old"]), labelled(4, ["a"]), labelled(5, ["C"])];
    const { labelsOf, labels, report } = read(annotations, controlsOf(configOf(["C", "B", "A", "D"])));
    expect(labelsOf).toEqual(["A", "C"]);
    expect(labels).toEqual(["C", "B", "A"]);
    expect(report).toMatchObject({ leftOut: { unknownLabels: 3 }, unknownLabels: { Old: 2, a: 1 }, unusedLabels: ["D"] });
    const multiple = controlsOf(configOf(["A", "B"], 'choice="multiple"'));
    // Without its old label an item would be a wrong example for the label that took its place.
    expect(read([labelled(1, ["A", "Old"])], multiple).labelsOf).toEqual([]);
  });

  it("takes the choices of dynamic labels from each task", () => {
    const controls = controlsOf(
      `<View><Text name="t" value="$text"/><Choices name="c" toName="t" value="$options"><Choice value="A"/><Choice value="B"/></Choices></View>`,
    );
    const data = (id: number, options: unknown) => ({ data: { text: `text ${id}`, options } });
    const { rows, labels, report } = read(
      [
        labelled(1, ["Z"], data(1, ["Z", "Y"])),
        labelled(2, ["long"], data(2, [{ value: "long", alias: "l" }])),
        labelled(3, ["Z"], data(3, ["Y"])),
        labelled(4, ["A"], data(4, "no list")),
      ],
      controls,
    );
    expect(rows.map((row) => row.labels)).toEqual([["Z"], ["l"], ["A"]]);
    expect(labels).toEqual(["A", "B", "Z", "l"]);
    expect(report.unknownLabels).toEqual({ Z: 1 });
  });

  it("reads several labels of a multiple choice, in the control's order", () => {
    const controls = controlsOf(configOf(["A", "B", "C"], 'choice="multiple"'));
    const twice = labelled(2, [], { result: [regionOf(["C"]), regionOf(["A", "C"])] });
    expect(read([labelled(1, ["B", "A"]), twice], controls).labelsOf).toEqual(["A+B", "A+C"]);
  });

  it("reads the text under $undefined$, and images as they stand", () => {
    expect(read([labelled(1, ["A"], { data: { $undefined$: "nameless" } })]).rows[0]?.input).toBe("nameless");
    const image = controlsOf(
      `<View><Image name="i" value="$image"/><Choices name="c" toName="i"><Choice value="A"/><Choice value="B"/></Choices></View>`,
      "image",
    );
    const own = [1, 2].map((id) => labelled(id, [id === 1 ? "A" : "B"], { data: { image: `/data/upload/1/${id}.png` } }));
    const data = ofOne(own, image, few);
    expect(data).toMatchObject({ rows: [{ input: "/data/upload/1/1.png" }, { input: "/data/upload/1/2.png" }] });
    const without = ofOne(own, image, { ...few, inputs: new Map([["/data/upload/1/1.png", "/state/1.png"]]) });
    expect(without).toMatchObject({ kind: "insufficient", report: { leftOut: { unreadable: 1 } } });
    const files = new Map([1, 2].map((id) => [`/data/upload/1/${id}.png`, `/state/${id}.png`]));
    expect(trainingSet(own, image, { ...few, inputs: files })).toMatchObject({
      rows: [1, 2].map((id) => ({ content: `/data/upload/1/${id}.png`, input: `/state/${id}.png` })),
    });
  });

  it("learns all of several controls, or those that are given; none at all is too little", () => {
    const controls = controlsOf(`<View><Text name="t" value="$text"/>
      <Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
      <Choices name="d" toName="t"><Choice value="X"/><Choice value="Y"/></Choices></View>`);
    const both = [1, 2].map((id) =>
      labelled(id, [], { result: [regionOf([id === 1 ? "A" : "B"]), regionOf([id === 1 ? "X" : "Y"], "d")] }),
    );
    expect(trainingSet(both, controls, few)).toMatchObject({
      controls: [{ labels: ["A", "B"] }, { labels: ["X", "Y"] }],
      reports: [{ control: "c" }, { control: "d" }],
    });
    expect(ofOne(both, controls.slice(0, 1), few)).toMatchObject({ labels: ["A", "B"], report: { control: "c" } });
    expect(ofOne(both, controls.slice(1), few)).toMatchObject({ labels: ["X", "Y"], control: { name: "d" } });
    expect(ofOne(both, [], few)).toMatchObject({
      kind: "insufficient",
      reason: expect.stringContaining("no Choices, Taxonomy, Rating or Number that this model can learn"),
      report: { control: undefined },
    });
  });
});

describe("several annotations of a task", () => {
  const by = (user: string | undefined, labels: readonly string[], changes: Partial<AnnotationRecord> = {}) => ({
    user,
    labels,
    changes,
  });
  type Given = ReturnType<typeof by>;

  function labelsFor(given: readonly Given[], annotators: AnnotatorRule, attributes = ""): readonly string[] {
    const annotations = given.map(({ user, labels, changes }, i) =>
      labelled(i + 1, labels, { taskId: 1, completedBy: user, ...changes }),
    );
    const controls = controlsOf(configOf(["A", "B", "C"], attributes));
    const backwards = read([...annotations].reverse(), controls, { annotators }).labelsOf;
    expect(read(annotations, controls, { annotators }).labelsOf).toEqual(backwards);
    return backwards;
  }

  const threeSay = [by("1", ["A"]), by("2", ["A"]), by("3", ["B"])];

  it("majority, latest or each", () => {
    expect(labelsFor(threeSay, "majority")).toEqual(["A"]);
    expect(labelsFor(threeSay, "latest")).toEqual(["B"]);
    expect(labelsFor(threeSay, "each")).toEqual(["A", "A", "B"]);
  });

  it("of equally many votes the latest wins, among those only", () => {
    expect(labelsFor([by("1", ["A"]), by("2", ["B"])], "majority")).toEqual(["B"]);
    expect(labelsFor([by("1", ["A"]), by("2", ["B"]), by("3", ["B"]), by("4", ["A"]), by("5", ["C"])], "majority")).toEqual([
      "A",
    ]);
  });

  it("the latest annotation of an annotator counts, whatever came in which order", () => {
    expect(labelsFor([by("1", ["A"]), by("1", ["B"])], "each")).toEqual(["B"]);
    expect(labelsFor([by("1", ["A"], { updatedAt: 9e12 }), by("1", ["B"]), by("2", ["B"])], "latest")).toEqual(["A"]);
    expect(labelsFor([by("1", ["A"]), by("1", ["B"]), by("2", ["A"])], "each")).toEqual(["B", "A"]);
    // An annotator who relabelled a task with a label that is gone does not hold the older opinion any more.
    expect(labelsFor([by("1", ["A"]), by("1", ["Gone"])], "each")).toEqual([]);
    expect(labelsFor([by("1", ["A"]), by("1", [], { wasCancelled: true })], "each")).toEqual(["A"]);
  });

  it("annotators who are not known are different people", () => {
    expect(labelsFor([by(undefined, ["A"]), by(undefined, ["A"]), by("1", ["B"])], "majority")).toEqual(["A"]);
  });

  it("a ground truth counts alone, even if its annotator labelled the task again", () => {
    const truth = { groundTruth: true };
    for (const rule of ["majority", "latest", "each"] as const) {
      expect(labelsFor([by("1", ["C"], truth), ...threeSay], rule), rule).toEqual(["C"]);
    }
    expect(labelsFor([...threeSay, by("4", ["Gone"], truth)], "majority")).toEqual(["A"]);
    expect(labelsFor([...threeSay, by("4", ["C"], { ...truth, wasCancelled: true })], "majority")).toEqual(["A"]);
  });

  it("multiple choice: label by label, more than half; at half the latest decides", () => {
    const multiple = 'choice="multiple"';
    expect(labelsFor([by("1", ["A", "B"]), by("2", ["A"]), by("3", ["C"])], "majority", multiple)).toEqual(["A"]);
    expect(labelsFor([by("1", ["A", "B"]), by("2", ["B", "C"])], "majority", multiple)).toEqual(["B+C"]);
    expect(labelsFor([by("1", ["A"]), by("2", ["B"]), by("3", ["C"])], "majority", multiple)).toEqual(["C"]);
  });
});

describe("what is held out", () => {
  const project = fc
    .array(fc.record({ id: fc.integer({ min: 1, max: 400 }), label: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 2,
      maxLength: 200,
    })
    .map((items) => [...new Map(items.map((item) => [item.id, item])).values()]);
  const letters = ["A", "B", "C", "D", "E", "F"];
  const controls = controlsOf(configOf(letters));
  const options = { minItems: 1, minHeldOutFrom: 1 };

  it("leaves every class an item to learn from, splits by task, and loses none", () => {
    fc.assert(
      fc.property(project, fc.constantFrom(0.2, 0.5, 0.9), (items, heldOutShare) => {
        const annotations = items.map(({ id, label }) => labelled(id, [letters[label]!]));
        const data = ofOne(annotations, controls, { ...options, heldOutShare });
        if (data.kind === "insufficient") {
          expect(new Set(items.map(({ label }) => label)).size).toBeLessThan(2);
          return;
        }
        const train = new Set(data.rows.map(({ taskId }) => taskId));
        const held = new Set(data.heldOut.map(({ taskId }) => taskId));
        expect(train.size + held.size).toBe(items.length);
        for (const [label, letter] of letters.entries()) {
          const own = items.filter((item) => item.label === label);
          if (own.length > 0) expect(data.rows.some(({ labels }) => labels[0] === letter)).toBe(true);
          if (own.length >= 2 && own.length * heldOutShare >= 1)
            expect(data.heldOut.some(({ labels }) => labels[0] === letter)).toBe(true);
        }
        const again = ofOne([...annotations].reverse(), controls, { ...options, heldOutShare });
        expect(again.kind === "ready" && new Set(again.heldOut.map(({ taskId }) => taskId))).toEqual(held);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  const many = Array.from({ length: 3000 }, (_, i) => labelled(i + 1, [letters[i % 6]!]));
  const heldOf = (annotations: readonly AnnotationRecord[], share = 0.2) => {
    const data = ofOne(annotations, controls, { heldOutShare: share });
    return new Set(data.kind === "ready" ? data.heldOut.map(({ taskId }) => taskId) : []);
  };

  it("is about the share that was asked for, and stays so as labels arrive", () => {
    const all = heldOf(many);
    // Binomial: 600 +- 22.
    expect(Math.abs(all.size - 600)).toBeLessThan(90);
    const before = heldOf(many.slice(0, 1500));
    expect([...before].filter((taskId) => !all.has(taskId))).toEqual([]);
    const grown = heldOf(many, 0.3);
    expect([...all].filter((taskId) => !grown.has(taskId))).toEqual([]);
  });

  it("never tests with a text that is also learned from, in another task or by another annotator", () => {
    const copies = many
      .slice(0, 300)
      .flatMap((annotation, i) => [
        annotation,
        labelled(5000 + i, [letters[i % 6]!], { data: annotation.data }),
        labelled(9000 + i, [letters[(i + 1) % 6]!], { taskId: annotation.taskId, completedBy: "2" }),
      ]);
    const data = ofOne(copies, controls, { annotators: "each" });
    if (data.kind !== "ready") throw new Error(data.reason);
    const learned = new Set(data.rows.map(({ input }) => input));
    expect(data.heldOut.length).toBeGreaterThan(90);
    expect(data.heldOut.filter(({ input }) => learned.has(input))).toEqual([]);
  });

  it("is nothing below the minimum of labels", () => {
    expect(heldOf(many.slice(0, 19)).size).toBe(0);
    expect(heldOf(many.slice(0, 60)).size).toBeGreaterThan(3);
    expect(heldOf(many, 0).size).toBe(0);
  });
});

describe("too little to train with", () => {
  it.each([
    [[], "there are no annotations to learn from yet"],
    [
      [labelled(1, ["A"], { wasCancelled: true })],
      "none of the 1 annotations can be learned from: 1 skipped by their annotators",
    ],
    [
      Array.from({ length: 20 }, (_, i) => labelled(i + 1, ["A"])),
      'a model needs at least 2 different labels, all annotations so far have "A"',
    ],
    [[labelled(1, ["A"]), labelled(2, ["B"])], "2 tasks are labelled, training needs 10"],
  ])("says why (%#)", (annotations, reason) => {
    expect(ofOne(annotations, aOrB)).toMatchObject({
      kind: "insufficient",
      reason,
      report: { annotations: annotations.length },
    });
  });

  it("refuses options out of range", () => {
    for (const options of [{ heldOutShare: 1 }, { heldOutShare: Number.NaN }, { minItems: -1 }, { minHeldOutFrom: 0.5 }]) {
      expect(() => ofOne([], aOrB, options), JSON.stringify(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    }
  });
});
