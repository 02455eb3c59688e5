import { describe, expect, it } from "vitest";
import { annotationRows, annotationTool } from "../../../src/data/rows/annotation-exports.js";
import type { Row } from "../../../src/data/rows/row.js";

const options = { path: "export.jsonl", textColumn: "text", labelColumn: "label" };
const read = (rows: readonly Row[], more: object = {}) => annotationRows(rows, { ...options, ...more });

/** A record as `records.to_json` writes it. */
const record = (id: string, text: string, responses: Record<string, readonly unknown[]>): Row => ({
  ...{ id, fields: { text }, metadata: { split: "train" }, vectors: {}, _server_id: `server-${id}` },
  suggestions: { topic: { value: "wrong", score: 0.9, agent: "model" } },
  responses: Object.fromEntries(
    Object.entries(responses).map(([question, values]) => [
      question,
      values.map((value, n) => ({ value, user_id: `user-${n}` })),
    ]),
  ),
});

describe("exports of annotation tools", () => {
  it("reads Argilla's records: people's responses, not the model's suggestions", () => {
    const rows = [
      record("1", "one", { topic: ["a", "b", "a"] }),
      record("2", "two", {}),
      record("3", "three", { topic: ["a", "b"] }),
    ];
    expect(annotationTool(rows[0]!)).toBe("Argilla");
    expect(read(rows)).toEqual({
      rows: [
        { id: "1", split: "train", text: "one", label: "a" },
        { id: "2", split: "train", text: "two", label: null },
        { id: "3", split: "train", text: "three", label: null },
      ],
      leftOut: { "without a majority": 1 },
    });
    const several = [
      record("1", "one", {
        topic: [
          ["b", "a"],
          ["a", "b"],
        ],
        tone: ["good"],
      }),
      record("2", "two", { topic: [["a"]] }),
    ];
    expect(() => read(several)).toThrow(/questions topic, tone: name one of them: --control/);
    expect(read(several, { question: "topic" }).rows.map(({ label }) => label)).toEqual([["a", "b"], ["a"]]);
    expect(() => read(several, { question: "other" })).toThrow(/topic, tone/);
    expect(() => read(several, { question: "topic", textColumn: "body" })).not.toThrow();
  });

  it("reads Argilla's flat records: those that were submitted", () => {
    const flat = (text: string, values: readonly unknown[] | null, status: readonly unknown[] | null): Row => ({
      ...{ id: text, text, "topic.responses": values, "topic.responses.users": [], "topic.responses.status": status },
      "topic.suggestion": "wrong",
    });
    const rows = [flat("one", ["a", "b"], ["submitted", "draft"]), flat("two", null, null), flat("three", ["b"], ["submitted"])];
    expect(annotationTool(rows[0]!)).toBe("Argilla");
    expect(read(rows).rows.map(({ label }) => label)).toEqual(["a", null, "b"]);
  });

  it("reads Prodigy's choices and accepted labels, one row a text", () => {
    const task = (n: number, more: Row): Row => ({
      text: `text ${n}`,
      meta: { id: n },
      _input_hash: n,
      _task_hash: 100 + n,
      _session_id: "x",
      ...more,
    });
    const choices = ["good", "bad"].map((id) => ({ id, text: id.toUpperCase() }));
    const rows = [
      task(1, { options: choices, accept: ["good"], answer: "accept" }),
      task(2, { options: choices, accept: [], answer: "ignore" }),
      task(3, { options: choices, accept: ["bad"], answer: "reject" }),
    ];
    expect(annotationTool(rows[0]!)).toBe("Prodigy");
    expect(read(rows)).toMatchObject({
      rows: [{ text: "text 1", label: "good", meta: { id: 1 } }, { label: null }, { label: null }],
      leftOut: { ignored: 1, rejected: 1 },
    });
    const several = [
      task(1, { options: choices, accept: ["good", "bad"], answer: "accept" }),
      task(2, { options: choices, accept: ["bad"], answer: "accept" }),
    ];
    expect(read(several).rows.map(({ label }) => label)).toEqual([["bad", "good"], ["bad"]]);
    const single = [
      task(1, { label: "good", answer: "reject" }),
      task(1, { label: "bad", answer: "accept" }),
      task(2, { label: "good", answer: "accept" }),
    ];
    expect(read(single).rows.map(({ text, label }) => [text, label])).toEqual([
      ["text 1", "bad"],
      ["text 2", "good"],
    ]);
  });

  it("reads doccano's labels of whole texts, and refuses those of parts", () => {
    const rows: Row[] = [
      { id: 1, text: "one", label: ["a"], Comments: [] },
      { id: 2, text: "two", label: [], Comments: ["hm"] },
    ];
    expect(annotationTool(rows[0]!)).toBe("doccano");
    expect(read(rows).rows).toEqual([
      { id: 1, text: "one", label: "a" },
      { id: 2, text: "two", label: null },
    ]);
    const several = [...rows, { id: 3, text: "three", label: ["a", "b"], Comments: [] }];
    expect(read(several).rows.map(({ label }) => label)).toEqual([["a"], null, ["a", "b"]]);
    expect(() => read([{ id: 1, text: "one", label: [[0, 2, "PER"]], Comments: [] }])).toThrow(/document classification/);
  });

  it("reads doccano's CSV, in which # joins the labels of a text, unless the labels themselves have the sign", () => {
    const table = (...labels: (string | null)[]): Row[] =>
      labels.map((label, n) => ({ id: String(n), text: `text ${n}`, label, Comments: n === 0 ? "hm#oh" : null }));
    const labelsIn = (...labels: (string | null)[]) => read(table(...labels)).rows.map(({ label }) => label);
    expect(annotationTool(table("a")[0]!)).toBe("doccano");
    expect(read(table("a#b", "b", "", null)).rows).toEqual([
      { id: "0", text: "text 0", label: ["a", "b"] },
      { id: "1", text: "text 1", label: ["b"] },
      { id: "2", text: "text 2", label: null },
      { id: "3", text: "text 3", label: null },
    ]);
    expect(labelsIn("a", "b")).toEqual(["a", "b"]);
    expect(labelsIn("C#", "Java")).toEqual(["C#", "Java"]);
    // doccano sorts, and names a label once.
    expect(labelsIn("issue #7", "b#a")).toEqual(["issue #7", "b#a"]);
    expect(labelsIn("a#a", "a")).toEqual(["a#a", "a"]);
    expect(annotationTool({ id: "1", text: "one", label: "a#b" })).toBeUndefined();
  });

  it("leaves other data alone, and refuses a file of several forms", () => {
    expect(annotationTool({ text: "one", label: ["a"] })).toBeUndefined();
    expect(annotationTool({ text: "one", fields: "x", responses: "y" })).toBeUndefined();
    expect(() => read([{ id: 1, text: "one", label: [], Comments: [] }, { text: "two" }])).toThrow(/export.jsonl, row 1/);
  });
});
