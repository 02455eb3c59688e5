import { describe, expect, it } from "vitest";
import { exportRows, isExport } from "../../../src/label-studio/training/read-export.js";

const region = (from: string, choices: readonly unknown[]) => ({
  from_name: from,
  to_name: "text",
  type: "choices",
  value: { choices },
});
const annotation = (id: number, by: number, result: readonly unknown[], more = {}) => ({ id, completed_by: by, result, ...more });
const task = (id: number, annotations: readonly unknown[], data: object = { text: `text ${id}` }) => ({ id, data, annotations });

describe("Label Studio's JSON export", () => {
  it("is rows with the answers of its control: by majority, without skipped ones, which are counted", () => {
    const tasks = [
      task(1, [
        annotation(1, 1, [region("c", ["A"])]),
        annotation(2, 2, [region("c", ["B"])]),
        annotation(3, 3, [region("c", ["B"])]),
      ]),
      task(2, [annotation(4, 1, [region("c", ["A"])], { was_cancelled: true })]),
      task(3, []),
      task(4, [annotation(5, 1, [region("c", ["A"])])]),
    ];
    expect(isExport(tasks)).toBe(true);
    expect(isExport([{ text: "a" }])).toBe(false);
    const { rows, leftOut } = exportRows(tasks, { path: "a.json" });
    expect(rows.map(({ label }) => label)).toEqual(["B", null, null, "A"]);
    expect(rows.map(({ text }) => text)).toEqual(["text 1", "text 2", "text 3", "text 4"]);
    expect(leftOut).toMatchObject({ cancelled: 1 });
  });

  it("has lists of labels where an annotation has several, and other keys for the text", () => {
    const tasks = [
      task(1, [annotation(1, 1, [region("c", ["A", "B"])])], { body: "x" }),
      task(2, [annotation(2, 1, [region("c", ["A"])])], { body: "y" }),
    ];
    expect(exportRows(tasks, { path: "a.json" }).rows).toMatchObject([
      { text: "x", label: ["A", "B"] },
      { text: "y", label: ["A"] },
    ]);
  });

  it("asks which control, and which text", () => {
    const two = [1, 2].map((id) => task(id, [annotation(id, 1, [region("c", ["A"]), region("d", [`X${id}`])])]));
    expect(() => exportRows(two, { path: "a.json" })).toThrow(/a\.json .*controls c, d: name one of them: --control/);
    expect(exportRows(two, { path: "a.json", control: "d" }).rows[0]).toMatchObject({ label: "X1" });
    expect(() => exportRows(two, { path: "a.json", control: "c" })).toThrow(/at least 2 different labels/);
    const texts = ["A", "B"].map((label, i) =>
      task(i + 1, [annotation(i + 1, 1, [region("c", [label])])], { title: "x", body: "y" }),
    );
    expect(() => exportRows(texts, { path: "a.json" })).toThrow(/no text "text"; name one of title, body/);
    expect(exportRows(texts, { path: "a.json", textColumn: "body" }).rows[0]).toMatchObject({ body: "y", label: "A" });
  });
});
