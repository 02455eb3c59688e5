import { describe, expect, it, vi } from "vitest";
import type { EncodedText } from "../../../src/core/dataset.js";
import type { Row, RowSource } from "../../../src/data/rows/row.js";
import { TextDataset, type TextDatasetOptions } from "../../../src/data/text/text-dataset.js";
import type { TokenizeOptions } from "../../../src/data/text/text-tokenizer.js";

/** One token per character; 0 between the texts of a pair. */
function characterTokenizer() {
  const encode = vi.fn((text: string, { pair, maxLength }: TokenizeOptions): EncodedText => {
    const joined = pair === undefined ? text : `${text}\0${pair}`;
    return { inputIds: Int32Array.from([...joined].slice(0, maxLength), (character) => character.charCodeAt(0)) };
  });
  return { encode };
}

type Options = Omit<TextDatasetOptions, "tokenizer">;

function datasetOf(rows: RowSource, options: Options = {}) {
  return new TextDataset(rows, { tokenizer: characterTokenizer(), ...options });
}

function targetsOf(rows: readonly Row[], options: Options = {}) {
  const dataset = datasetOf(rows, options);
  return Array.from({ length: dataset.length }, (_, position) => dataset.at(position).target);
}

const labelled = (values: readonly unknown[]) => values.map((label) => ({ text: "t", label }));

describe("TextDataset", () => {
  it("gives tokens, target and dataset index of each row", () => {
    const dataset = datasetOf([
      { text: "ab", label: "yes" },
      { text: "c", label: "no" },
    ]);
    expect(dataset.length).toBe(2);
    expect(dataset.labels).toEqual(["no", "yes"]);
    expect(dataset.at(0)).toEqual({ index: 0, input: { inputIds: Int32Array.of(97, 98) }, target: 1 });
    expect(dataset.at(1)).toEqual({ index: 1, input: { inputIds: Int32Array.of(99) }, target: 0 });
    expect(dataset.text(1)).toBe("c");
    expect(dataset.row(1)).toEqual({ text: "c", label: "no" });
  });

  it("tokenizes a text when it is first asked for, and once", () => {
    const tokenizer = characterTokenizer();
    const dataset = new TextDataset([{ text: "a" }, { text: "b" }], { tokenizer });
    expect(tokenizer.encode).not.toHaveBeenCalled();
    expect(dataset.at(1)).toEqual(dataset.at(1));
    expect(tokenizer.encode).toHaveBeenCalledTimes(1);
  });

  it("keeps the tokens of so many texts as it may", () => {
    const tokenizer = characterTokenizer();
    const rows = ["a", "b", "c"].map((text) => ({ text }));
    const dataset = new TextDataset(rows, { tokenizer, cacheSize: 2 });
    for (const position of [0, 1, 0, 2, 0, 1]) dataset.at(position);
    expect(tokenizer.encode.mock.calls.map(([text]) => text)).toEqual(["a", "b", "c", "b"]);
    for (const cacheSize of [0, 1.5]) {
      expect(() => datasetOf(rows, { cacheSize })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    }
  });

  it("takes rows from anything that has them by position", () => {
    const at = vi.fn((position: number) => ({ text: "ab"[position]!, label: position }));
    const dataset = datasetOf({ length: 2, at });
    expect(dataset.at(1)).toEqual({ index: 1, input: { inputIds: Int32Array.of(98) }, target: 1 });
    expect(() => dataset.row(2)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(at).not.toHaveBeenCalledWith(2);
  });

  it("reads other columns, text pairs and the length limit", () => {
    const rows = [{ premise: "ab", hypothesis: "cd", gold: "x" }];
    const dataset = datasetOf(rows, { inputKey: "premise", pairKey: "hypothesis", targetKey: "gold", maxSeqLen: 4 });
    expect([...dataset.at(0).input.inputIds]).toEqual([97, 98, 0, 99]);
    expect(dataset.at(0).target).toBe(0);
  });

  it.each([-1, 2, 0.5])("refuses position %d", (position) => {
    expect(() => datasetOf([{ text: "a" }, { text: "b" }]).at(position)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("0 to 1") }),
    );
  });
});

describe("labels", () => {
  const cases: readonly { what: string; values: readonly unknown[]; options?: Options; labels: string[]; targets: unknown[] }[] =
    [
      { what: "names, sorted", values: ["b", "a", "b", "C"], labels: ["C", "a", "b"], targets: [2, 1, 2, 0] },
      { what: "given order", values: ["b", "a"], options: { labels: ["b", "x", "a"] }, labels: ["b", "x", "a"], targets: [0, 2] },
      {
        what: "unlabelled items",
        values: ["a", undefined, null, "", "b"],
        labels: ["a", "b"],
        targets: [0, undefined, undefined, undefined, 1],
      },
      { what: "no labels at all", values: [null, undefined], labels: [], targets: [undefined, undefined] },
      { what: "numbers, sorted by value", values: [10, 2, 1], labels: ["1", "2", "10"], targets: [2, 1, 0] },
      { what: "numbers from CSV", values: ["10", "2"], labels: ["2", "10"], targets: [1, 0] },
      { what: "booleans", values: [true, false], labels: ["false", "true"], targets: [1, 0] },
      {
        what: "indices of given names",
        values: [1, "0", "b"],
        options: { labels: ["a", "b"] },
        labels: ["a", "b"],
        targets: [1, 0, 1],
      },
      {
        what: "texts as names before indices, numbers as indices",
        values: ["1", "2", 1, 2],
        options: { labels: ["2", "1", "0"] },
        labels: ["2", "1", "0"],
        targets: [1, 0, 1, 2],
      },
      {
        what: "the hub's -1 for unlabelled",
        values: [-1, 1],
        options: { labels: ["a", "b"] },
        labels: ["a", "b"],
        targets: [undefined, 1],
      },
      {
        what: "lists of names",
        values: [["b", "a"], [], ["c"], null],
        labels: ["a", "b", "c"],
        targets: [[1, 1, 0], [0, 0, 0], [0, 0, 1], undefined],
      },
      {
        what: "lists of indices",
        values: [[2, 0], [1]],
        options: { labels: ["a", "b", "c"] },
        labels: ["a", "b", "c"],
        targets: [
          [1, 0, 1],
          [0, 1, 0],
        ],
      },
      {
        what: "0, 1 and unknown per label",
        values: [
          [0, 1, null],
          [1, 1, 0],
        ],
        options: { labels: ["a", "b", "c"] },
        labels: ["a", "b", "c"],
        targets: [
          [0, 1, null],
          [1, 1, 0],
        ],
      },
      {
        what: "0 and 1 without names",
        values: [
          [0, 1],
          [1, 1],
        ],
        labels: ["0", "1"],
        targets: [
          [0, 1],
          [1, 1],
        ],
      },
      {
        what: "numbers for regression",
        values: [0.5, "1.5", [2, 3], null],
        options: { task: "regression" },
        labels: [],
        targets: [[0.5], [1.5], [2, 3], undefined],
      },
    ];
  it.each(cases)("reads $what", ({ values, options, labels, targets }) => {
    expect(datasetOf(labelled(values), options).labels).toEqual(labels);
    expect(targetsOf(labelled(values), options)).toEqual(targets);
  });

  it("tells the task", () => {
    expect(datasetOf(labelled(["a"])).task).toBe("single");
    expect(datasetOf(labelled([null, ["a"]])).task).toBe("multi");
    expect(datasetOf(labelled([1]), { task: "regression" }).task).toBe("regression");
  });

  const failures: readonly { what: string; rows: readonly Row[]; options?: Options; code: string; message: RegExp }[] = [
    {
      what: "an unknown name",
      rows: labelled(["a", "d"]),
      options: { labels: ["a", "b"] },
      code: "E_LABEL_UNKNOWN",
      message: /Row 1, column "label": the label "d" is unknown; known are a, b/,
    },
    {
      what: "an index out of range",
      rows: labelled([2]),
      options: { labels: ["a", "b"] },
      code: "E_LABEL_UNKNOWN",
      message: /the class number 2 is unknown/,
    },
    {
      what: "an unknown name in a list",
      rows: labelled([["a", "z"]]),
      options: { labels: ["a"] },
      code: "E_LABEL_UNKNOWN",
      message: /"z"/,
    },
    {
      what: "one label among lists",
      rows: labelled([["a"], "b"]),
      code: "E_DATA",
      message: /Row 1.*an array of labels is needed .* "b" came/,
    },
    { what: "a list among single labels", rows: labelled(["b", ["a"]]), code: "E_DATA", message: /Row 1.*one label is needed/ },
    {
      what: "a word for regression",
      rows: labelled(["x"]),
      options: { task: "regression" },
      code: "E_DATA",
      message: /a number is needed, "x" came/,
    },
    {
      what: "a label name given twice",
      rows: labelled(["a"]),
      options: { labels: ["a", "a"] },
      code: "E_LABEL_UNKNOWN",
      message: /Row 0.*"a" is the name of two classes, 0 and 1/,
    },
    {
      what: "a label column that is not there",
      rows: labelled(["a"]),
      options: { targetKey: "intent" },
      code: "E_DATA",
      message: /no column "intent"; its columns are "text", "label"/,
    },
    {
      what: "a text column that is not there",
      rows: labelled(["a"]),
      options: { inputKey: "sentence" },
      code: "E_DATA",
      message: /Row 0 has no column "sentence"/,
    },
    {
      what: "a text that is a number",
      rows: [{ text: "a" }, { text: 3 }],
      code: "E_DATA",
      message: /Row 1, column "text": a text is needed, 3 came/,
    },
    {
      what: "a missing second text",
      rows: [{ text: "a", other: null }],
      options: { pairKey: "other" },
      code: "E_DATA",
      message: /column "other": a text is needed, null came/,
    },
    { what: "no room for tokens", rows: [{ text: "a" }], options: { maxSeqLen: 0 }, code: "E_ARGUMENT", message: /maxSeqLen/ },
  ];
  it.each(failures)("refuses $what", ({ rows, options, code, message }) => {
    expect(() => datasetOf(rows, options)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
