import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { encodeLabels, type LabelOptions } from "../../../src/data/rows/encode-labels.js";
import { labelNormalizer, similarLabels } from "../../../src/data/rows/similar-labels.js";

const where = (position: number) => `Row ${position}`;

function encoded(values: readonly unknown[], options?: LabelOptions) {
  const { labels, targets, task } = encodeLabels(values, where, options);
  return { labels, targets, task };
}

/** Whatever is warned of in a test. */
function warnings(): () => string[] {
  const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.map(([message]) => String(message));
}

const NONE = [undefined, null, "", " ", "\u00a0\t", Number.NaN, "nan", "NaN", "NAN", "null", "NULL"];
const given = { labels: ["neg", "pos"] };

describe("no label", () => {
  it.each(NONE)("is %j, whether names are given or not, and among numbers", (none) => {
    expect(encoded(["b", none, "a"])).toEqual({ labels: ["a", "b"], targets: [1, undefined, 0], task: "single" });
    expect(encoded([none, 1, 0, none])).toMatchObject({ labels: ["0", "1"], targets: [undefined, 1, 0, undefined] });
    expect(encoded(["pos", none, 0], given).targets).toEqual([1, undefined, 0]);
    expect(encoded([["a", none], none], {})).toMatchObject({ labels: ["a"], targets: [[1], undefined] });
    expect(encoded([0.5, none], { task: "regression" }).targets).toEqual([[0.5], undefined]);
  });

  it("is no word that is a label's name", () => {
    expect(encoded(["null", "NaN", "nan"], { labels: ["NaN", "null"] }).targets).toEqual([1, 0, undefined]);
  });

  it.each([-1, "-1", "-1.0", -1.0])("is %j among class numbers", (none) => {
    const said = warnings();
    expect(encoded([0, none, 1])).toMatchObject({ labels: ["0", "1"], targets: [0, undefined, 1] });
    expect(encoded(["0", none, "1.0"])).toMatchObject({ labels: ["0", "1"], targets: [0, undefined, 1] });
    expect(said()).toEqual(Array(2).fill(expect.stringMatching(/-1 is taken for no label \(1 times\)/)));
    expect(encoded(["pos", none, "0"], given).targets).toEqual([1, undefined, 0]);
    expect(said()).toHaveLength(2);
  });

  it("is not -1 among other negative numbers, names, or numbers to predict", () => {
    expect(encoded([-2, -1, 0])).toMatchObject({ labels: ["-2", "-1", "0"], targets: [0, 1, 2] });
    expect(encoded(["-1", "a"])).toMatchObject({ labels: ["-1", "a"] });
    expect(encoded([-1, 2], { task: "regression" }).targets).toEqual([[-1], [2]]);
    expect(encoded(["-1", "+1"], { labels: ["-1", "+1"] }).targets).toEqual([0, 1]);
  });
});

describe("numbers and texts", () => {
  it("are the same classes in whatever form a file has them", () => {
    const forms = [
      [0, 1, 10],
      ["0", "1", "10"],
      ["0.0", "1.0", "10.0"],
      [0n, 1n, 10n],
      [" 0", "1 ", "10.00"],
      [0, "1", "10.0"],
    ];
    for (const form of forms) expect(encoded(form)).toMatchObject({ labels: ["0", "1", "10"], targets: [0, 1, 2] });
  });

  it("are names as they are where they are no class numbers", () => {
    expect(encoded(["1.0", "1.1.0"]).labels).toEqual(["1.0", "1.1.0"]);
    expect(encoded(["v1", "1.0"]).labels).toEqual(["1.0", "v1"]);
    expect(encoded([0.5, "b"]).labels).toEqual(["0.5", "b"]);
  });

  it("numbers are positions and texts are names, where names are given", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["0", "1", "2", "3"], { minLength: 4 }),
        fc.array(fc.nat(3), { minLength: 1 }),
        (labels, at) => {
          expect(encoded(at, { labels }).targets).toEqual(at);
          expect(
            encoded(
              at.map((i) => labels[i]),
              { labels },
            ).targets,
          ).toEqual(at);
          const named = labels.map((name) => `class ${name}`);
          for (const form of [String, (i: number) => `${i}.0`])
            expect(encoded(at.map(form), { labels: named }).targets).toEqual(at);
        },
      ),
    );
  });

  it.each([2, -2, 0.5, "2", "1.5", "maybe", true])("%j is neither", (value) => {
    expect(() => encoded(["pos", value], given)).toThrow(
      expect.objectContaining({ code: "E_LABEL_UNKNOWN", message: expect.stringContaining("Row 1") }),
    );
  });

  it("says that a number is a position where it could be a name", () => {
    expect(() => encoded([5], { labels: ["4", "5"] })).toThrow(/the class number 5 is unknown.*as a text, "5", it is the name/);
  });
});

describe("what is no label", () => {
  it.each([
    ["an object", { name: "billing", id: 0n }, /an object came \(\{"name":"billing"/],
    ["a date", new Date(0), /a date came/],
    ["bytes", new Uint8Array([1, 2]), /bytes came \(2 bytes\)/],
    ["a list in a list", [["a"]], /a list came/],
    ["an object in a list", ["a", { b: 1 }], /an object came/],
    ["a function", () => 1, /an? function came/],
  ])("is refused by row: %s", (_, value, message) => {
    for (const options of [{}, given, { task: "regression" }, { task: "multi" }] satisfies LabelOptions[])
      expect(() => encoded([null, value], options)).toThrow(
        expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(new RegExp(`Row 1.*${message.source}`)) }),
      );
  });

  it("but the short export's choices are several labels", () => {
    expect(encoded([{ choices: ["b", "a"] }, "a", null, { choices: ["b"] }])).toEqual({
      labels: ["a", "b"],
      targets: [[1, 1], [1, 0], undefined, [0, 1]],
      task: "multi",
    });
    expect(() => encoded([{ choices: ["a"] }], { task: "single" })).toThrow(/one label is needed/);
  });
});

describe("lists", () => {
  it("are masks or indices, which is decided for all rows together", () => {
    const labels = ["a", "b"];
    expect(
      encoded(
        [
          [0, 1],
          [1, 0],
        ],
        { labels },
      ).targets,
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(encoded([[0, 1], [1]], { labels }).targets).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(encoded([[1], [0, 1]], { labels }).targets).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(encoded([[0], [1]]).targets).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(
      encoded(
        [
          [true, false],
          [null, true],
        ],
        { labels },
      ).targets,
    ).toEqual([
      [1, 0],
      [null, 1],
    ]);
    expect(encoded([[1, Number.NaN, 0]], { labels: ["a", "b", "c"] }).targets).toEqual([[1, null, 0]]);
    expect(encoded([Int32Array.of(0, 2), Int32Array.of(1)], { labels: ["a", "b", "c"] }).targets).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  it("do not depend on the order of the rows", () => {
    const list = fc.uniqueArray(fc.nat(2), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.option(list), { minLength: 1, maxLength: 6 }), fc.array(fc.nat(5)), (rows, keys) => {
        const order = rows.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        const labels = ["a", "b", "c"];
        const { targets } = encoded(rows, { labels, task: "multi" });
        const permuted = encoded(
          order.map((i) => rows[i]),
          { labels, task: "multi" },
        );
        expect(permuted.targets).toEqual(order.map((i) => targets[i]));
      }),
    );
  });
});

describe("labels that look alike", () => {
  const alike = ["billing", " billing", "Billing ", "café", "cafe\u0301", "ＣＡＦＥ\u0301", "a  b", "a b", "other"];
  it("are found by blanks, case and Unicode form", () => {
    expect(similarLabels(alike)).toEqual([alike.slice(0, 3), alike.slice(3, 6), alike.slice(6, 8)]);
  });

  it("are warned of, and named", () => {
    const said = warnings();
    expect(encoded(["billing", "billing ", "x"]).labels).toHaveLength(3);
    expect(said()).toEqual([expect.stringMatching(/"billing", "billing ".*--normalize-labels/)]);
    encoded(["billing", "x"]);
    expect(said()).toHaveLength(1);
  });

  it("are one label where that is asked for: the most frequent spelling", () => {
    const said = warnings();
    const values = ["Billing ", "Billing", "billing", "cafe\u0301", null, "x"];
    expect(encoded(values, { normalizeLabels: true })).toMatchObject({
      labels: ["Billing", "café", "x"],
      targets: [0, 0, 0, 1, undefined, 2],
    });
    expect(encoded(values.slice(0, 3), { normalizeLabels: true, labels: ["BILLING"] }).targets).toEqual([0, 0, 0]);
    expect(encoded([["Billing "], ["billing"]], { normalizeLabels: true }).labels).toHaveLength(1);
    expect(said()).toEqual([]);
  });

  it("become the same whatever their order, and stay what they become", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alike), { minLength: 1 }), (labels) => {
        const normalize = labelNormalizer(labels);
        const all = [...new Set(labels.map(normalize))];
        expect(similarLabels(all)).toEqual([]);
        expect(all.map(normalize)).toEqual(all);
      }),
    );
  });
});

describe("names that labels share", () => {
  it("are refused only where one of that name is to be encoded", () => {
    const labels = ["crane", "heron", "crane"];
    expect(encoded(["heron", null, 2], { labels }).targets).toEqual([1, undefined, 2]);
    expect(() => encoded(["heron", "crane"], { labels })).toThrow(
      expect.objectContaining({
        code: "E_LABEL_UNKNOWN",
        message: expect.stringMatching(/Row 1: the label "crane" is the name of two classes/),
      }),
    );
  });
});

describe("the task", () => {
  it("is several labels where a separator is named, and nowhere else", () => {
    expect(encoded(["a|b", "b", null])).toEqual({ labels: ["a|b", "b"], targets: [0, 1, undefined], task: "single" });
    expect(encoded(["a| b", "b|", null, 3], { labelSeparator: "|" })).toEqual({
      labels: ["3", "a", "b"],
      targets: [[0, 1, 1], [0, 0, 1], undefined, [1, 0, 0]],
      task: "multi",
    });
    expect(encoded(["b;;a"], { labelSeparator: ";;", labels: ["a", "b", "c"] }).targets).toEqual([[1, 1, 0]]);
    expect(() => encoded(["a"], { labelSeparator: "" })).toThrow(/at least one character/);
    expect(() => encoded(["a"], { labelSeparator: "|", task: "single" })).toThrow(/for the task "multi".*the task is "single"/);
  });

  it.each([
    ["numbers", [1, 2.5, null]],
    ["texts", ["3", "-0.25", ""]],
    ["powers of ten", ["1e-3", "2"]],
  ])("asks for a regression where labels are numbers with fractions: %s", (_, values) => {
    expect(() => encoded(values)).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(/--task regression.*labels: \[/) }),
    );
    expect(encoded(values, { task: "regression" }).task).toBe("regression");
  });

  it("is one label for whole numbers, numbers among names, and numbers that are named", () => {
    expect(encoded(["1.0", "2.0"]).labels).toEqual(["1", "2"]);
    expect(encoded(["1.5", "new"]).task).toBe("single");
    expect(encoded(["1.5", "2.5"], { labels: ["1.5", "2.5"] }).targets).toEqual([0, 1]);
  });
});
