import { describe, expect, it } from "vitest";
import { answerReader } from "../../../src/label-studio/training/answers.js";
import { type TrainingSetOptions, trainingSet } from "../../../src/label-studio/training/training-set.js";
import { configOf, controlsOf, labelled } from "./labelled.js";

const controls = controlsOf(configOf(["A", "B", "C"]));

function read(annotations: Parameters<typeof trainingSet>[0], options: TrainingSetOptions = {}, own = controls) {
  const set = trainingSet(annotations, own, { heldOutShare: 0, minItems: 0, ...options });
  if (set.kind === "insufficient") throw new Error(set.reason);
  const labels = new Map([...set.rows, ...set.heldOut].map(({ taskId, answers }) => [taskId, answers.get("c")!] as const));
  return { ...set, labels, report: set.reports[0]! };
}

/** User 1 is right; users 2 and 3 say "A" whatever it is. */
function careful(count: number) {
  return Array.from({ length: count }, (_, n) => {
    const truth = ["A", "B", "C"][n % 3]!;
    const say = (user: number, label: string) =>
      labelled(10 * n + user, [label], { taskId: n + 1, completedBy: String(user), data: { text: `text ${n}` } });
    // What user 4 says now and then tells who is right.
    return [say(1, truth), say(2, "A"), say(3, n % 5 === 0 ? truth : "A"), ...(n % 2 === 0 ? [say(4, truth)] : [])];
  }).flat();
}

describe("annotators by weight", () => {
  it("of whom one is right follow that one, where a majority would follow those who always say the same", () => {
    const annotations = careful(60);
    const share = (rule: "majority" | "weighted") => {
      const { labels } = read(annotations, { annotators: rule });
      return [...labels].filter(([task, [label]]) => label === ["A", "B", "C"][(task - 1) % 3]).length / labels.size;
    };
    expect(share("majority")).toBeLessThan(0.8);
    expect(share("weighted")).toBeGreaterThan(0.95);
  });

  it("tell which tasks a second opinion is worth most for, and leave a single answer as it is", () => {
    const { report, labels } = read(
      [
        ...careful(60),
        labelled(9001, ["B"], { taskId: 900, completedBy: "2" }),
        labelled(9002, ["C"], { taskId: 901, completedBy: "1" }),
      ],
      { annotators: "weighted" },
    );
    expect([labels.get(900), labels.get(901)]).toEqual([["B"], ["C"]]);
    expect(report.secondOpinions).toHaveLength(20);
    const doubts = report.secondOpinions.map(({ doubt }) => doubt);
    expect(doubts).toEqual([...doubts].sort((a, b) => b - a));
    expect(read(careful(6)).report.secondOpinions).toEqual([]);
  });

  it("decide label by label where several are allowed", () => {
    const many = controlsOf(configOf(["A", "B", "C"], 'choice="multiple"'));
    const annotations = Array.from({ length: 30 }, (_, n) => {
      const truth = n % 2 === 0 ? ["A", "B"] : ["C"];
      const say = (user: number, labels: readonly string[]) =>
        labelled(10 * n + user, labels, { taskId: n + 1, completedBy: String(user), data: { text: `text ${n}` } });
      return [say(1, truth), say(2, truth), say(3, ["A"]), say(4, ["A"])];
    }).flat();
    const { labels } = read(annotations, { annotators: "weighted" }, many);
    expect(labels.get(1)).toEqual(expect.arrayContaining(["A", "B"]));
    expect(labels.get(2)).toContain("C");
  });
});

describe("a reviewer", () => {
  it("leaves out what was rejected, which is counted, and decides with what was accepted", () => {
    const of = (id: number, label: string, changes: object) =>
      labelled(id, [label], { taskId: 1, completedBy: String(id), data: { text: "one" }, ...changes });
    const others = [labelled(50, ["A"]), labelled(51, ["B"])];
    const rejected = [of(1, "A", { review: "rejected" }), of(2, "A", { review: "rejected" }), of(3, "B", {})];
    const { labels, report } = read([...rejected, ...others]);
    expect(labels.get(1)).toEqual(["B"]);
    expect(report.leftOut.rejected).toBe(2);
    const accepted = [of(1, "A", {}), of(2, "A", {}), of(3, "B", { review: "accepted" })];
    expect(read([...accepted, ...others]).labels.get(1)).toEqual(["B"]);
    expect(read([...accepted, of(4, "C", { groundTruth: true }), ...others]).labels.get(1)).toEqual(["C"]);
  });
});

describe("ground truth", () => {
  const annotations = Array.from({ length: 40 }, (_, n) =>
    labelled(n + 1, [["A", "B"][n % 2]!], { groundTruth: n < 6, data: { text: `text ${n}` } }),
  );

  it("is what versions are tested with, and not learned from, where it is to validate", () => {
    const { heldOut, rows } = read(annotations, { groundTruth: "validate", heldOutShare: 0.2 });
    expect(heldOut.map(({ taskId }) => taskId)).toEqual([1001, 1002, 1003, 1004, 1005, 1006]);
    expect(rows).toHaveLength(34);
    expect(read(annotations, { heldOutShare: 0 }).rows).toHaveLength(40);
  });

  it("is learned from where a label would have nothing else to learn from", () => {
    const rare = [...annotations, labelled(90, ["C"], { groundTruth: true })];
    expect(read(rare, { groundTruth: "validate" }).rows).toHaveLength(41);
  });
});

describe("labels that have changed", () => {
  const mapping = [
    { control: "c", label: "Old", target: "Older" },
    { control: "c", label: "Older", target: "A" },
    { control: "c", label: "Halved", target: undefined },
    { control: "c", label: "Circle", target: "Circle 2" },
    { control: "c", label: "Circle 2", target: "Circle" },
    { control: "other", label: "Elsewhere", target: "A" },
    { control: "c", label: "B", target: "A" },
  ];

  it("follow to what they have become, over several changes; what was split or is not told stays out and is counted", () => {
    const annotations = [
      labelled(1, ["Old"]),
      labelled(2, ["B"]),
      labelled(3, ["Halved"]),
      labelled(4, ["Elsewhere"]),
      labelled(5, ["Circle"]),
      labelled(6, ["C"]),
    ];
    const { labels, report } = read(annotations, { mapping });
    // A label that the configuration has is what it says.
    expect(Object.fromEntries(labels)).toEqual({ 1001: ["A"], 1002: ["B"], 1006: ["C"] });
    expect(report).toMatchObject({ used: 3, mapped: 1, leftOut: { unknownLabels: 3 } });
    expect(report.unknownLabels).toEqual({ Halved: 1, Elsewhere: 1, Circle: 1 });
  });

  it("that were merged are one answer, not several", () => {
    const reader = answerReader(controls[0]!, [
      { control: "c", label: "X", target: "A" },
      { control: "c", label: "Y", target: "A" },
    ]);
    expect(reader(labelled(1, ["X", "Y"]))).toEqual({ kind: "labels", labels: ["A"], isMapped: true });
    expect(reader(labelled(1, ["X", "B"]))).toEqual({ kind: "ambiguous" });
  });
});

describe("the latest of an annotator's answers", () => {
  it("goes by Label Studio's numbers where a clock was set back, and by time where one was changed", () => {
    const at = (id: number, label: string, times: { createdAt: number; updatedAt: number }) =>
      labelled(id, [label], { taskId: 1, data: { text: "one" }, ...times });
    const others = [labelled(50, ["A"]), labelled(51, ["B"])];
    const back = [at(1, "A", { createdAt: 9000, updatedAt: 9000 }), at(2, "B", { createdAt: 5000, updatedAt: 5000 })];
    expect(read([...back, ...others]).labels.get(1)).toEqual(["B"]);
    const changed = [at(1, "A", { createdAt: 1000, updatedAt: 9000 }), at(2, "B", { createdAt: 5000, updatedAt: 5000 })];
    expect(read([...changed, ...others]).labels.get(1)).toEqual(["A"]);
  });
});
