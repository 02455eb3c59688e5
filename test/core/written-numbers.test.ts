import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonWithNumbers, parseJsonKeepingNumbers } from "../../src/core/written-numbers.js";

type Fields = Record<PropertyKey, unknown>;
const again = (text: string, change: (value: Fields) => Fields = (value) => ({ ...value })) =>
  jsonWithNumbers(change(parseJsonKeepingNumbers(text) as Fields));

describe("numbers of a JSON file", () => {
  it("keep their form, however deep, through copies with other fields", () => {
    const text = JSON.stringify(
      {
        a: "@2.0",
        b: 2,
        c: { "d/e": ["@1e-05", "@-0.0", 0.5], f: "@1.50", 'g"h': "@10000000000000000000000" },
        i: '2.0 , "x": 3.0',
      },
      null,
      2,
    ).replace(/"@([^"]*)"/g, "$1");
    expect(again(text)).toBe(text);
    expect(JSON.parse(again(text, ({ b: _, ...rest }) => ({ ...rest, z: 1 })))).toMatchObject({ a: 2, z: 1 });
    expect(again(text, ({ b: _, ...rest }) => ({ ...rest, z: 1 }))).toContain('"a": 2.0');
  });

  it("are written anew where they have changed", () => {
    expect(again('{"a":2.0,"b":1.0}', (value) => ({ ...value, a: 3 }))).toBe('{\n  "a": 3,\n  "b": 1.0\n}');
  });

  it("are the same values for a reader, for any JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value).replace(/(?<=[:,[])(\d+)(?=[,\]}])/g, "$1.0");
        expect(JSON.parse(again(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});
