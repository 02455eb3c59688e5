import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { labelMatcher } from "../../src/label-studio/contract/label-match.js";
import { toPrediction } from "../../src/label-studio/contract/prediction.js";
import { taskChoices } from "../../src/label-studio/contract/task.js";
import { trainingSet } from "../../src/label-studio/training/training-set.js";
import { controlsOf, labelled } from "./training/labelled.js";

const OPTIONS = [{ value: "Billing", children: [{ value: "Refund" }, { value: "Invoice", alias: "inv" }] }, { value: "Lost" }];
const dynamic = controlsOf(
  '<View><Text name="t" value="$text"/><Choices name="c" toName="t" value="$options" allowNested="true"/></View>',
);
const written = controlsOf(
  '<View><Text name="t" value="$text"/><Choices name="c" toName="t" allowNested="true"><Choice value="Billing"><Choice value="Refund"/><View><Choice value="Invoice" alias="inv"/></View></Choice><Choice value="Lost"/></Choices></View>',
);
const LABELS = ["Billing", "Billing / Refund", "Billing / inv", "Lost"];
const annotated = (id: number, ...paths: unknown[]) =>
  labelled(id, [], { data: { text: `text ${id}`, options: OPTIONS }, result: [{ from_name: "c", value: { choices: paths } }] });

describe("nested choices", () => {
  it("are paths, whether they are written or come with the task", () => {
    expect(written[0]!.choices.map(({ label }) => label)).toEqual(LABELS);
    const task = { data: { options: OPTIONS } };
    expect(taskChoices(task, dynamic[0]!)).toEqual(written[0]!.choices);
    expect(taskChoices(task, { dynamicChoices: "$options" }).map(({ label }) => label)).toEqual([
      "Billing",
      "Refund",
      "inv",
      "Lost",
    ]);
  });

  it.each([
    ["written", written],
    ["of tasks", dynamic],
  ])("are learned: %s", (_, controls) => {
    const annotations = [
      annotated(1, ["Billing", "Refund"]),
      annotated(2, ["Lost"]),
      annotated(3, ["Billing", "Invoice"]),
      annotated(4, "Lost"),
    ];
    const data = trainingSet(annotations, controls, { minItems: 1, heldOutShare: 0 });
    if (data.kind !== "ready") throw new Error(data.reason);
    const learned = data.rows.map(({ answers }) => answers.get("c"));
    // The second name of a path is written as the task has it where that says no alias.
    expect(learned.slice(0, 2)).toEqual([["Billing / Refund"], ["Lost"]]);
    expect(learned.at(-1)).toEqual(["Lost"]);
    expect(data.reports[0]!.leftOut.empty).toBe(0);
  });

  it.each([
    ["written", written],
    ["of tasks", dynamic],
  ])("are predicted as lists from the topmost choice down: %s", (_, [control]) => {
    const choices = [
      ...control!.choices,
      ...(control!.dynamicChoices ? taskChoices({ data: { options: OPTIONS } }, control!) : []),
    ];
    const match = labelMatcher(["Lost", "Billing / inv"])(choices, "c");
    const draws = predictions("probabilities", [1, 2, 1], Float32Array.of(0.2, 0.8));
    const { result } = toPrediction([{ control: control!, match, predictions: draws }], { modelVersion: "1" });
    expect(result[0]!.value.choices).toEqual([["Billing", "inv"]]);
  });

  it("are found by a model that knows the last of them", () => {
    const match = labelMatcher(["Refund", "Lost"])(written[0]!.choices);
    expect(match.pairs.map(({ label }) => label)).toEqual(["Billing / Refund", "Lost"]);
  });
});

describe("annotations of which none can be learned from", () => {
  const config =
    '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices></View>';
  it("are counted, with the reasons", () => {
    const annotations = [
      labelled(1, ["A"], { wasCancelled: true }),
      labelled(2, ["X"]),
      labelled(3, ["Y"]),
      labelled(4, [], { result: [{ from_name: "c", value: { choices: [["Top", "Leaf"]] } }] }),
      labelled(5, ["A", "B"]),
      labelled(6, ["A"], { data: { other: 1 } }),
      labelled(7, []),
    ];
    const data = trainingSet(annotations, controlsOf(config));
    expect(data).toMatchObject({ kind: "insufficient" });
    const { reason } = data as { reason: string };
    expect(reason).toMatch(/^none of the 7 annotations can be learned from: /);
    expect(reason).toContain(
      "1 skipped by their annotators, 1 without a choice, 3 with labels that the configuration does not have",
    );
    expect(reason).toMatch(
      /"X", "Y", "Top \/ Leaf"\), 1 with several labels where one is allowed, 1 of tasks without a text or image \(.*"text" is not in its data/,
    );
  });

  it("are no annotations only where there are none", () => {
    expect(trainingSet([], controlsOf(config))).toMatchObject({ reason: "there are no annotations to learn from yet" });
  });

  it("name the controls that are passed over where there is no other", () => {
    const skipped = [{ name: "c", reason: 'the encoding="rot13" is not known' }];
    expect(trainingSet([labelled(1, ["A"])], [], { skipped })).toMatchObject({
      reason: expect.stringContaining('("c": the encoding="rot13" is not known)'),
    });
  });
});
