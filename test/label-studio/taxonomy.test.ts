import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { labelMatcher } from "../../src/label-studio/contract/label-match.js";
import { toPrediction } from "../../src/label-studio/contract/prediction.js";
import { trainingSet } from "../../src/label-studio/training/training-set.js";
import { controlsOf, labelled } from "./training/labelled.js";

const config = (attributes = "") =>
  `<View><Text name="t" value="$text"/><Taxonomy name="c" toName="t" ${attributes}>
    <Choice value="Animal"><Choice value="Cat"/><Choice value="Dog" alias="dog"/></Choice><Choice value="Plant"/></Taxonomy></View>`;
const [control] = controlsOf(config());
const annotated = (id: number, ...paths: readonly (readonly string[])[]) =>
  labelled(id, [], { result: [{ from_name: "c", to_name: "t", type: "taxonomy", value: { taxonomy: paths } }] });

describe("a Taxonomy", () => {
  it("has the paths of its tree for labels, several of which may be chosen", () => {
    expect(control).toMatchObject({ type: "taxonomy", choice: "multiple", isNested: true });
    expect(control!.choices.map(({ path }) => path)).toEqual([["Animal"], ["Animal", "Cat"], ["Animal", "dog"], ["Plant"]]);
  });

  it("has one answer with maxUsages 1, and leaves alone with leafsOnly", () => {
    expect(controlsOf(config('maxUsages="1"'))[0]).toMatchObject({ choice: "single" });
    const [leaves] = controlsOf(config('leafsOnly="true"'));
    expect(leaves!.choices.map(({ label }) => label)).toEqual(["Animal / Cat", "Animal / dog", "Plant"]);
  });

  it("is learned: paths of its annotations are labels", () => {
    const annotations = [
      annotated(1, ["Animal", "Cat"], ["Plant"]),
      annotated(2, ["Animal", "Dog"]),
      annotated(3, ["Animal", "Bird"]),
    ];
    const data = trainingSet(annotations, [control!], { minItems: 1, heldOutShare: 0 });
    if (data.kind !== "ready") throw new Error(data.reason);
    expect(data.rows.map(({ answers }) => answers.get("c"))).toEqual([["Animal / Cat", "Plant"], ["Animal / dog"]]);
    expect(data.reports[0]!.unknownLabels).toEqual({ "Animal / Bird": 1 });
  });

  it("is predicted as regions of its type, with lists of paths", () => {
    const match = labelMatcher(["Animal / Cat", "Plant", "Animal"])(control!.choices, "c");
    const draws = predictions("logits", [1, 3, 1], Float32Array.of(2, 1, -3));
    const { result } = toPrediction([{ control: control!, match, predictions: draws, isMultiLabel: true }], {
      modelVersion: "1",
    });
    expect(result).toEqual([
      {
        from_name: "c",
        to_name: "t",
        type: "taxonomy",
        value: { taxonomy: [["Animal", "Cat"], ["Plant"]] },
        score: expect.closeTo(0.731, 3),
      },
    ]);
  });

  it("whose items come from a server is left out, with the reason", () => {
    expect(controlsOf(config('apiUrl="http://x/"'))).toEqual([]);
  });
});
