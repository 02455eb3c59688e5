import { describe, expect, it } from "vitest";
import { taskChoices, taskText } from "../../src/label-studio/contract/task.js";

const source = (value: string, type = "Text", isUrl = false) => ({ type, value, isUrl });

describe("taskText", () => {
  it.each([
    ["$text", { text: "hello" }, "hello"],
    ["$meta.title", { meta: { title: "deep" } }, "deep"],
    ["$meta.title", { "meta.title": "flat" }, "flat"],
    ["$items[1].text", { items: [{ text: "a" }, { text: "b" }] }, "b"],
    ["Title: $title / $n", { title: "x", n: 3 }, "Title: x / 3"],
    ["a literal", {}, "a literal"],
    ["$text", { $undefined$: "imported without a column" }, "imported without a column"],
    ["$undefined$", { $undefined$: "named so" }, "named so"],
    ["$my column", { "my column": "spaced" }, "spaced"],
    ["$текст", { текст: "да" }, "да"],
    ["$n", { n: 0 }, "0"],
    ["$parts", { parts: ["one", "two"] }, "one\ntwo"],
  ])("reads %j from the data", (value, data, expected) => {
    expect(taskText({ id: 1, data }, source(value))).toBe(expected);
  });

  it("joins the paragraphs of a dialogue and removes markup of hypertext", () => {
    const dialogue = [
      { author: "A", text: "Hi." },
      { author: "B", text: "Bye." },
    ];
    expect(taskText({ data: { d: dialogue } }, source("$d", "Paragraphs"))).toBe("Hi.\nBye.");
    expect(taskText({ data: { h: "<p>one&nbsp;&amp;<br/>two</p>" } }, source("$h", "HyperText"))).toBe("one & two");
  });

  it.each([
    ["no object", null, /null came/],
    ["no data", { id: 1 }, /"data" should be an object, nothing came/],
    ["a missing key", { data: { other: "secret" } }, /"text" is not in its data, which has "other"/],
    ["an inherited key", { data: {} }, /no keys/],
    ["an object", { data: { text: { a: "secret" } } }, /should be a string/],
    ["a list of other things", { data: { text: ["a", { b: "secret" }] } }, /should be a string/],
    ["an empty text", { data: { text: "  " } }, /is empty/],
    ["contents for keys", { data: { "a secret sentence": 1 } }, /which has 1 other keys/],
  ])("refuses %s without quoting contents", (_, task, message) => {
    const read = () => taskText(task, source("$text"));
    expect(read).toThrow(expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }));
    expect(read).not.toThrow(/secret/);
  });

  it("is never longer than a model's process can take: the beginning and the end are what a model reads of it", () => {
    const huge = `begin ${"word ".repeat(4_000_000)}end`;
    const text = taskText({ id: 1, data: { text: huge } }, source("$text"));
    expect(text.length).toBe(200_001);
    expect(text).toMatch(/^begin word .* word end$/);
    const markup = taskText({ id: 1, data: { text: `<p>${huge}</p>` } }, source("$text", "HyperText"));
    expect(markup.length).toBeLessThanOrEqual(200_001);
    const long = "x".repeat(200_000);
    expect(taskText({ id: 1, data: { text: long } }, source("$text"))).toBe(long);
  });

  it("does not read addresses or prototypes", () => {
    expect(() => taskText({ data: { text: "http://x/" } }, source("$text", "Text", true))).toThrow(/not fetched/);
    expect(() => taskText({ data: {} }, source("$constructor.name"))).toThrow(/is not in its data/);
  });
});

describe("taskChoices", () => {
  it("are at most ten thousand of one task's own", () => {
    const control = { dynamicChoices: "$o", isNested: false };
    const task = (choices: number) => ({ data: { o: Array.from({ length: choices }, (_, i) => `c${i}`) } });
    expect(taskChoices(task(10_000), control)).toHaveLength(10_000);
    expect(() => taskChoices(task(10_001), control)).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });

  it("reads strings, objects with an alias, and nested ones", () => {
    const options = ["a", { value: "B", alias: "b", children: [{ value: "C" }] }, 7];
    expect(taskChoices({ data: { options } }, { dynamicChoices: "$options" })).toEqual([
      { label: "a", value: "a" },
      { label: "b", value: "B" },
      { label: "C", value: "C" },
    ]);
    expect(() => taskChoices({ data: { options: "a" } }, { dynamicChoices: "$options" })).toThrow(/list of its choices/);
  });
});
