import { describe, expect, it, vi } from "vitest";
import { encodeLabels } from "../../../src/data/rows/encode-labels.js";
import { joiningSeparator } from "../../../src/data/rows/joined-labels.js";

describe("joiningSeparator", () => {
  it.each([
    ["#", ["a", "b", "a#b", "b#c", "c"]],
    ["|", ["late|damaged", "late", "damaged", "late | lost", "lost|damaged"]],
    [",", ["a,b", "a,c", "b,c"]],
  ])("is %s where the parts are labels, too", (separator, labels) => {
    expect(joiningSeparator(labels)).toBe(separator);
  });

  it.each([
    [["C#", "F#", "Java"]],
    [["Paris, France", "Lyon, France", "London, England"]],
    [["a#b", "a", "b"]],
    [["a", "b"]],
    [["|", "a"]],
    [[]],
  ])("is none of %j", (labels) => {
    expect(joiningSeparator(labels)).toBeUndefined();
  });
});

it("lists that were taken for labels are warned of with what would part them, and not where they were parted or classes are given", () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const values = ["a#b", "a", "b", "b#c", "c"];
  const where = (position: number) => `row ${position}`;
  encodeLabels(values, where, { labelSeparator: "#" });
  encodeLabels(values, where, { labels: values });
  expect(warn).not.toHaveBeenCalled();
  expect(encodeLabels(values, where).task).toBe("single");
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/labels as "a#b" .* --label-separator "#"/),
    expect.objectContaining({ code: "BAAL_LABELS" }),
  );
  warn.mockRestore();
});
