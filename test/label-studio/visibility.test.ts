import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { choicesControls } from "../../src/label-studio/contract/choices-controls.js";
import { labelMatcher } from "../../src/label-studio/contract/label-match.js";
import { toPrediction } from "../../src/label-studio/contract/prediction.js";

const choices = (name: string, attributes: string, ...labels: readonly string[]) =>
  `<Choices name="${name}" toName="t" ${attributes}>${labels.map((label) => `<Choice value="${label}" alias="${label.toLowerCase()}"/>`).join("")}</Choices>`;
const config = (...inner: readonly string[]) => `<View><Text name="t" value="$text"/>${inner.join("")}</View>`;

const FOLLOWS = 'visibleWhen="choice-selected" whenTagName="a" whenChoiceValue="Yes,Maybe"';

/** The controls with a region, where each chooses the class of the largest number. */
function predicted(labelConfig: string, values: Readonly<Record<string, readonly number[]>>) {
  const { controls } = choicesControls(labelConfig, "text");
  const parts = controls.map((control) => {
    const labels = control.choices.map(({ label }) => label);
    const logits = Float32Array.from(values[control.name] ?? []);
    return {
      control,
      match: labelMatcher(labels)(control.choices),
      predictions: predictions("logits", [1, labels.length, 1], logits),
    };
  });
  const { result, score } = toPrediction(parts, { modelVersion: "v" });
  return { shown: result.map(({ from_name }) => from_name), score };
}

describe("a control that the editor shows for another one's choice", () => {
  const follows = config(choices("a", "", "Yes", "No"), choices("b", FOLLOWS, "X", "Y"));

  it("has a prediction with that choice alone, and its uncertainty counts with it alone", () => {
    expect(predicted(follows, { a: [9, 0], b: [0, 0] })).toEqual({ shown: ["a", "b"], score: 0 });
    const { shown, score } = predicted(follows, { a: [0, 9], b: [0, 0] });
    expect(shown).toEqual(["a"]);
    expect(score).toBeGreaterThan(0.9);
  });

  it("has it by the alias, too, and where the rule stands at an element around it", () => {
    const around = config(
      choices("a", "", "Yes", "No"),
      `<View visibleWhen="choice-selected" whenTagName="a" whenChoiceValue="yes"><View>${choices("b", "", "X", "Y")}</View></View>`,
    );
    expect(predicted(around, { a: [9, 0], b: [1, 0] }).shown).toEqual(["a", "b"]);
    expect(predicted(around, { a: [0, 9], b: [1, 0] }).shown).toEqual(["a"]);
  });

  it("goes with what it hangs on, along a chain, in whatever order the controls stand", () => {
    const chain = config(
      choices("c", 'visibleWhen="choice-selected" whenTagName="b" whenChoiceValue="X"', "P", "Q"),
      choices("b", FOLLOWS, "X", "Y"),
      choices("a", "", "Yes", "No"),
    );
    expect(predicted(chain, { a: [9, 0], b: [9, 0], c: [9, 0] }).shown).toEqual(["c", "b", "a"]);
    expect(predicted(chain, { a: [9, 0], b: [0, 9], c: [9, 0] }).shown).toEqual(["b", "a"]);
    expect(predicted(chain, { a: [0, 9], b: [9, 0], c: [9, 0] }).shown).toEqual(["a"]);
  });

  it("is left out where nothing is known of the other one, or where that must not be chosen and is", () => {
    const unknown = config(choices("b", 'visibleWhen="choice-selected" whenTagName="nobody"', "X", "Y"));
    expect(predicted(unknown, { b: [9, 0] }).shown).toEqual([]);
    const unless = config(
      choices("a", "", "Yes", "No"),
      choices("b", 'visibleWhen="choice-unselected" whenTagName="a" whenChoiceValue="Yes"', "X", "Y"),
    );
    expect(predicted(unless, { a: [9, 0], b: [9, 0] }).shown).toEqual(["a"]);
    expect(predicted(unless, { a: [0, 9], b: [9, 0] }).shown).toEqual(["a", "b"]);
  });

  it.each([
    ['visibleWhen="region-selected"', /selected region only/],
    ['visibleWhen="full-moon"', /full-moon.*not known/],
  ])("is passed over with the reason for %s", (attributes, reason) => {
    const { controls, skipped } = choicesControls(config(choices("b", attributes, "X", "Y")), "text");
    expect(controls).toEqual([]);
    expect(skipped).toEqual([{ name: "b", reason: expect.stringMatching(reason) }]);
  });
});
