import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPieces } from "../../../src/label-studio/http/json-pieces.js";

/** Reads a text that comes in pieces of so many bytes. */
function read(text: string | Uint8Array, { size = 7, ...limits }: { size?: number; maxItems?: number; maxValues?: number } = {}) {
  const bytes = Buffer.from(text);
  const pieces = jsonPieces({ maxItems: 1000, ...limits });
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces.end();
}

describe("jsonPieces", () => {
  it("gives what JSON.parse gives, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), fc.integer({ min: 1, max: 40 }), (value, size) => {
        for (const text of [JSON.stringify(value), JSON.stringify({ tasks: [value, 1], a: value }, undefined, 2)]) {
          expect(read(text, { size })).toEqual(JSON.parse(text));
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it.each([
    ['{"a":[],"a":[1,[2,{"b":[3]}]]}', { a: [1, [2, { b: [3] }]] }],
    ['{"a":[ 1 , "],[\\"" , "ü" ],"b":{"c":[1,2]}}', { a: [1, '],["', "ü"], b: { c: [1, 2] } }],
    ["[[1],[2,3]]", [[1], [2, 3]]],
    ["\ufeff{}", {}],
    ["7", 7],
  ])("reads %s", (text, value) => {
    for (const size of [1, 2, 100]) expect(read(text, { size })).toEqual(value);
  });

  it("makes a key named __proto__ a key like any other", () => {
    const value = read('{"__proto__":[1],"a":[2]}') as object;
    expect(Object.keys(value)).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    "",
    "{",
    '{"a":[1,,2]}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[1}]',
    "]",
    '{"a":[1]}}',
    '{"a":["x]}',
    '{"a":[{]}]}',
    "{]",
  ])("refuses %j", (text) => {
    for (const size of [1, 100]) {
      expect(() => read(text, { size })).toThrow(expect.objectContaining({ status: 400, code: "E_REQUEST" }));
    }
  });

  it("refuses what is nested without end at its first bytes", () => {
    for (const text of ["[".repeat(101), `{"tasks":[${"[".repeat(99)}`, '{"a":'.repeat(101)]) {
      const pieces = jsonPieces({ maxItems: 10 });
      expect(() => pieces.push(Buffer.from(text))).toThrow(expect.objectContaining({ status: 400 }));
    }
    expect(read(`${"[".repeat(100)}${"]".repeat(100)}`)).toHaveLength(1);
  });

  it("refuses more items, and more values in one of them, before they are parsed", () => {
    const pieces = jsonPieces({ maxItems: 2 });
    expect(() => pieces.push(Buffer.from('{"tasks":[1,2,3,'))).toThrow(expect.objectContaining({ status: 413 }));
    expect(read('{"tasks":[1,2]}', { maxItems: 2 })).toEqual({ tasks: [1, 2] });
    const wide = jsonPieces({ maxItems: 2, maxValues: 10 });
    expect(() => wide.push(Buffer.from(`{"tasks":[[${"1,".repeat(20)}`))).toThrow(expect.objectContaining({ status: 413 }));
    expect(read(`{"tasks":[[${"1,".repeat(8)}1],[${"1,".repeat(8)}1]]}`, { maxValues: 10 })).toHaveProperty("tasks.length", 2);
  });
});
