import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ReadOptions, readRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

function write(content: string | Uint8Array, name = "a.json"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const ROWS = [
  { text: "refund", label: "billing" },
  { text: "parcel", label: "delivery" },
];
const TEXT = { columns: ["text", "label"] };

describe("JSON", () => {
  const shapes: readonly (readonly [what: string, value: unknown, options?: ReadOptions | undefined])[] = [
    ["a list", ROWS],
    ["a list in an object", { version: "1.0", data: ROWS }],
    ["a list in an object beside empty ones", { data: ROWS, errors: [] }],
    ["several lists, one of which is named", { train: ROWS, test: [{ text: "x" }] }, { split: "train" }],
    ["an empty list beside, which is not named", { train: [{ text: "x" }], test: ROWS }, { split: "test" }],
    ["pandas' split orient", { columns: ["text", "label"], index: [0, 1], data: ROWS.map((row) => Object.values(row)) }],
    ["pandas' columns orient", { text: { 0: "refund", 1: "parcel" }, label: { 0: "billing", 1: "delivery" } }],
    ["pandas' index orient", { 0: ROWS[0], 1: ROWS[1] }],
    ["an index of names", { first: ROWS[0], second: ROWS[1] }, TEXT],
    ["columns with an index of names", { text: { a: "refund", b: "parcel" }, label: { a: "billing", b: "delivery" } }, TEXT],
    ["pandas' table orient", { schema: { fields: [{ name: "text" }] }, data: ROWS }],
    ["columns as lists", { text: ["refund", "parcel"], label: ["billing", "delivery"] }],
    [
      "rows as the hub's server gives them",
      { features: [{ name: "text" }], rows: ROWS.map((row, i) => ({ row_idx: i, row })) },
      { split: "rows" },
    ],
  ];
  const cases = shapes.map(([what, value, options]) => ({ what, value, options }));
  it.each(cases)("is read as $what, on one line and on many", async ({ value, options }) => {
    for (const indent of [undefined, 1, "\t"])
      expect(await readRows(write(JSON.stringify(value, null, indent)), options)).toEqual(ROWS);
  });

  it.each([
    ["one object", { text: "refund", label: "billing" }, undefined],
    ["one object with more in it", { text: "refund", label: "billing", spans: [{ start: 0 }] }, TEXT],
  ] as const)("is read as %s", async (_, value, options) => {
    for (const indent of [undefined, 1])
      expect(await readRows(write(JSON.stringify(value, null, indent)), options)).toEqual([value]);
  });

  it.each([
    [
      "several lists",
      { train: ROWS, test: ROWS },
      {},
      /several lists of rows: "train" \(2\), "test" \(2\)\. Name one: --split train/,
    ],
    ["a list that is not there", { train: ROWS, test: ROWS }, { split: "dev" }, /no list "dev"; its lists are "train", "test"/],
    ["a split of a list", ROWS, { split: "dev" }, /has no split "dev"/],
    [
      "an object of objects",
      { a: { b: { c: 1 } }, n: 1 },
      {},
      /an object came with the keys "a" \(an object\), "n" \(a number\)/,
    ],
    ["an empty object", {}, {}, /an object came with the keys none/],
    ["lists of unequal length", { text: ["a"], label: ["b", "c"] }, {}, /with the keys "text" \(an array\), "label"/],
    ["rows of numbers among numbers", { 0: { 0: "a" }, 1: { 0: "b" } }, {}, /an object came with the keys/],
    ["lists of lists", [["text"], ["a"]], {}, /item 0: an object is needed, an array came/],
    ["a text", "a", {}, /an array of objects is needed, a string came/],
  ] as const)("is refused where it is %s", async (_, value, options, message) => {
    await expect(readRows(write(JSON.stringify(value)), options)).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(message),
    });
  });

  it.each(["a.csv", "a.jsonl", "a.parquet"])("alone has splits, not %s", async (name) => {
    const path = write(name.endsWith("jsonl") ? '{"text":"a"}\n' : "text\na\n", name);
    await expect(readRows(path, { split: "train" })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining("split"),
    });
  });
});

describe("JSON Lines", () => {
  const long = "word ".repeat(40_000);
  const contents: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
    "rows of any length": [{ text: long }, { text: "b" }],
    "one row": [{ text: "a", label: "x" }],
    "rows with lists in them": [
      { text: "a", tags: ["x"] },
      { text: "b", tags: [] },
    ],
    "rows that look like shapes": [{ data: [{ text: "a" }] }, { data: [] }],
  };
  const names = ["a.json", "a.jsonl", "a.ndjson", "a.txt", "a", "A.JSON.GZ", "a.csv", "a.tsv"];
  it.each(Object.keys(contents).flatMap((what) => names.map((name) => [what, name] as const)))(
    "with %s are known as %s",
    async (what, name) => {
      const rows = contents[what]!;
      for (const [before, end] of [
        ["", "\n"],
        ["\n \n", "\r\n"],
        ["\ufeff", "\n\n"],
      ] as const) {
        const text = before + rows.map((row) => JSON.stringify(row)).join(end) + end;
        expect(await readRows(write(name.endsWith("GZ") ? gzipSync(text) : text, name))).toEqual(rows);
      }
    },
  );

  it("may be a list under their name", async () => {
    expect(await readRows(write(JSON.stringify(ROWS), "a.jsonl"))).toEqual(ROWS);
    expect(await readRows(write(JSON.stringify(ROWS, null, 2), "a.ndjson"))).toEqual(ROWS);
    expect(await readRows(write(JSON.stringify(ROWS, null, 2), "a.txt"))).toEqual(ROWS);
  });

  it("come back as they were written, whatever is in them", async () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: value, label: value }), { minLength: 2, maxLength: 5 }),
        fc.constantFrom("a.json", "a.jsonl", "a.txt"),
        async (rows, name) => {
          expect(await readRows(write(rows.map((row) => JSON.stringify(row)).join("\n"), name))).toEqual(rows);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("name the line that is damaged, whatever the name", async () => {
    for (const name of ["a.json", "a.jsonl", "a.txt"]) {
      await expect(readRows(write('{"a":1}\n\n{"a":\n{"a":2}\n', name))).rejects.toMatchObject({
        message: expect.stringMatching(/line 3: not valid JSON/),
      });
    }
  });

  it.each(["words and words", "", "a,b\n1,2\n"])("are not seen in %j", async (content) => {
    await expect(readRows(write(content, "a.txt"))).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining("the extension tells the format"),
    });
  });
});
