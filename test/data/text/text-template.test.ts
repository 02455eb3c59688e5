import { describe, expect, it } from "vitest";
import { parseTextTemplate } from "../../../src/data/text/text-template.js";

describe("parseTextTemplate", () => {
  it.each([
    ["{title} [SEP] {body}", { title: "a", body: "b" }, "a [SEP] b"],
    ["{ title }: {title}", { title: "a" }, "a: a"],
    ["{{{n}}} of {ok}", { n: 3, ok: true }, "{3} of true"],
    ["{a}-{b}", { a: "", b: "x" }, "-x"],
    ["{a}-{b}", { b: null, a: 0 }, "0-"],
    ["{a}-{b}", { a: "", b: null }, undefined],
    ["{a}-{b}", { a: "x", b: ["list"] }, undefined],
    // What a value holds is no template.
    ["{a}{b}", { a: "{b}", b: "x" }, "{b}x"],
  ])("%s of %j is %j", (source, row, text) => {
    expect(parseTextTemplate(source).fill(row)).toBe(text);
  });

  it("names its columns once", () => {
    expect(parseTextTemplate("{b} {a} {b}").columns).toEqual(["b", "a"]);
  });

  it.each(["no column", "{", "}", "{}", "{ }", "{a", "a} {b}", "{a{b}}"])("refuses %j, saying what to write", (source) => {
    expect(() => parseTextTemplate(source)).toThrow(/\{column\}|\{title\}/);
  });
});
