import { describe, expect, it } from "vitest";
import { labelMatcher } from "../../src/label-studio/contract/label-match.js";

describe("labelMatcher", () => {
  it("prefers the alias to the value and both to a match without case, and uses each class once", () => {
    const choices = [
      { label: "positive", value: "positive" },
      { label: "neg", value: "Negative" },
      { label: "pos", value: "Positive" },
      { label: "Other", value: "Other" },
    ];
    const { pairs, unusedClasses, unknownLabels } = labelMatcher(["Negative", "Positive", "POSITIVE ", "mixed"])(choices);
    expect(pairs).toEqual([
      { classIndex: 2, label: "positive" },
      { classIndex: 0, label: "neg" },
      { classIndex: 1, label: "pos" },
    ]);
    expect(unusedClasses).toEqual(["mixed"]);
    expect(unknownLabels).toEqual(["Other"]);
  });

  it("knows other forms of the same letters", () => {
    expect(labelMatcher(["caf\u00e9"])([{ label: "CAFE\u0301", value: "x" }]).pairs).toHaveLength(1);
  });
});
