import { appendFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { FileBackedRows, type FileBackedRowsOptions } from "../../../src/data/rows/file-backed-rows.js";
import type { Row } from "../../../src/data/rows/row.js";
import { readRows } from "../../../src/data/rows/stream-rows.js";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { temporaryFolder } from "../../temporary-folder.js";

function write(content: string | Buffer, name = "rows.jsonl"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function open(path: string, options?: FileBackedRowsOptions): Promise<FileBackedRows> {
  const rows = await FileBackedRows.open(path, options);
  onTestFinished(() => rows.close());
  return rows;
}

const lines = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ text: `text ${i}`, label: i % 3 }));

/** All rows backwards, then forwards: alone, and read ahead. */
function allOf(rows: FileBackedRows): Row[] {
  const backwards = Array.from({ length: rows.length }, (_, i) => rows.at(rows.length - 1 - i)).reverse();
  expect([...rows]).toEqual(backwards);
  return backwards;
}

describe("FileBackedRows", () => {
  const contents: Readonly<Record<string, string | Buffer>> = {
    "plain.jsonl": lines(numbered(5)),
    "no-line-end.jsonl": '{"a":1}\n{"a":2}',
    "windows.jsonl": '{"a":1}\r\n{"a":2}\r\n',
    "empty-lines.ndjson": '\n\n{"a":1}\n\n \t\n{"a":2}\n\n',
    "mark.jsonl": '\ufeff{"a":"\ufeffx"}\n{"a":2}\n',
    "unicode.jsonl": lines([{ text: "süß \u2028 日本" }, { text: "😀\n" }]),
    "indented.jsonl": '  {"a":1}\n\t{"a":2}\n',
    "plain.csv": "text,label\nab,x\ncd,y\n",
    "quoted.csv": 'text,label\n"a, b","x\ny"\n"say ""no""\n\n",z\n',
    "windows.csv": 'text,label\r\nab,"x\r\ny"\r\n\r\ncd,z',
    "mark.csv": '\ufefftext,label\n"ä",x\n',
    "blanks.csv": "text\n \n\nb\n",
    "tabs.tsv": 'text\tlabel\na, "b"\tx\n\t\n"c\td"\ty\n'.replace('a, "b"', "a, b"),
    "many.csv": `text,label\n${Array.from({ length: 5000 }, (_, i) => `"text ${i}\n",${i}\n`).join("")}`,
  };

  it.each(Object.keys(contents))("reads %s as reading it whole does", async (name) => {
    const path = write(contents[name]!, name);
    expect(allOf(await open(path, { cacheSize: 2 }))).toEqual(await readRows(path));
    expect(allOf(await open(path))).toEqual(await readRows(path));
  });

  it("reads rows longer than what is read at once, in the scan and ahead", async () => {
    const rows = [3_000_000, 10, 70_000, 5, 65_536].map((length, i) => ({ text: "ab"[i % 2]!.repeat(length) }));
    expect(allOf(await open(write(lines(rows))))).toEqual(rows);
    const csv = `text\n${rows.map(({ text }) => `"${text}"\n`).join("")}`;
    expect(allOf(await open(write(csv, "rows.csv")))).toEqual(rows);
  });

  it("reads any rows in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.string({ unit: "binary" }), n: fc.integer() }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(29), { maxLength: 60 }),
        async (rows, order) => {
          const csv = `text,n\n${rows.map(({ text, n }) => `"${text.replaceAll('"', '""')}",${n}\n`).join("")}`;
          for (const [name, content] of [
            ["rows.jsonl", lines(rows)],
            ["rows.csv", csv],
          ] as const) {
            const source = await FileBackedRows.open(write(content, name), { cacheSize: 3, delimiter: "," });
            expect(source.length).toBe(rows.length);
            for (const position of order) {
              if (position >= rows.length) continue;
              const { text, n } = rows[position]!;
              expect(source.at(position)).toEqual(name === "rows.csv" ? { text, n: String(n) } : { text, n });
            }
            source.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("keeps the rows used last", async () => {
    const rows = await open(write(lines(numbered(10))), { cacheSize: 2 });
    const [first, second] = [rows.at(0), rows.at(5)];
    expect(rows.at(0)).toBe(first);
    rows.at(7);
    expect(rows.at(0)).toBe(first);
    expect(rows.at(5)).not.toBe(second);
  });

  it.each([-1, 3, 0.5, Number.NaN])("refuses position %d", async (position) => {
    const rows = await open(write(lines(numbered(3))));
    expect(() => rows.at(position)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("0 to 2") }),
    );
  });

  it.each([
    ["no JSON", "a.jsonl", '{"a":1}\n{"a":\n{"a":3}\n', 1, /row 1 \(at byte 8\): not valid JSON/],
    ["no object", "a.jsonl", '{"a":1}\n[1]\n{"a":3}\n', 1, /row 1 .*an array came/],
    ["too few fields", "a.csv", "a,b\n1,2\n3\n5,6\n", 1, /row 1 \(at byte 8\): every row needs 2 fields.* 1 came/],
    ["too many fields", "a.csv", "a,b\n1,2\n3,4,5\n6,7\n", 1, /row 1 .*3 came/],
    ["a stray quote", "a.csv", 'a,b\n1,2\n3,"x"y\n5,6\n', 1, /row 1 \(at byte 8\): the quote of .*closed before its field ends/],
    ["a quote that is never closed", "a.csv", 'a,b\n1,2\n3,"x\n5,6\n', 1, /row 1 \(at byte 8\): the quote of .*never closed/],
    [
      "another encoding",
      "a.jsonl",
      Buffer.from([...Buffer.from('{"a":1}\n{"a":"'), 0xe4, ...Buffer.from('"}\n{"a":3}\n')]),
      1,
      /UTF-8/,
    ],
  ])("names the row that has %s, and reads the others", async (_, name, content, position, message) => {
    const rows = await open(write(content, name));
    expect(rows.at(0)).toBeTruthy();
    expect(() => rows.at(position)).toThrow(expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }));
    expect(() => [...rows]).toThrow(expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }));
    expect(rows.at(rows.length - 1)).toBeTruthy();
  });

  it.each([
    ["is not there", "missing.jsonl", undefined, "E_FILE_NOT_FOUND"],
    ["is packed", "rows.jsonl.gz", "x", "E_DATA"],
    ["has no rows one after the other", "rows.json", "[]", "E_DATA"],
    ["is empty", "rows.jsonl", "\n \n", "E_DATA"],
    ["has a header only", "rows.csv", "text,label\n", "E_DATA"],
    ["names a column twice", "rows.csv", "text,text\na,b\n", "E_DATA"],
  ])("refuses a file that %s, and leaves none open", async (_, name, content, code) => {
    const path = content === undefined ? join(temporaryFolder(), name) : write(content, name);
    const openFiles = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
    const before = openFiles();
    await expect(FileBackedRows.open(path)).rejects.toMatchObject({ code });
    expect(openFiles()).toBe(before);
  });

  it("refuses unusable options, and stops when it is aborted", async () => {
    const path = write(lines(numbered(3)));
    for (const cacheSize of [0, -1, 1.5])
      await expect(FileBackedRows.open(path, { cacheSize })).rejects.toMatchObject({ code: "E_ARGUMENT" });
    const signal = AbortSignal.abort();
    await expect(FileBackedRows.open(path, { signal })).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it.each([
    ["grew", (path: string) => appendFileSync(path, '{"text":"more"}\n')],
    ["was touched", (path: string) => utimesSync(path, 1, 1)],
    ["was written anew", (path: string) => writeFileSync(path, "")],
    ["has gone", (path: string) => rmSync(path)],
    [
      "was replaced",
      (path: string) => {
        writeFileSync(`${path}.new`, lines(numbered(10)));
        renameSync(`${path}.new`, path);
      },
    ],
  ])("tells when the file %s", async (_, change) => {
    const path = write(lines(numbered(10)));
    const rows = await open(path);
    const kept = rows.at(3);
    change(path);
    expect(() => rows.at(8)).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("since its rows") }),
    );
    expect(rows.at(3)).toBe(kept);
  });

  it("reads nothing once it is closed", async () => {
    const rows = await open(write(lines(numbered(3))));
    rows.at(1);
    rows.close();
    rows.close();
    expect(() => rows.at(1)).toThrow(expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("closed") }));
  });

  it("is a data set of tokenized texts and a pool, in little memory however many rows there are", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // Buffers are given back a turn after the objects that held them.
    const used = async () => {
      for (let i = 0; i < 3; i++) {
        collect();
        await nextTurn();
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return { heapUsed, arrayBuffers };
    };
    const count = 200_000;
    const text = (i: number) => `item ${i} has a text of some length, which would take memory`;
    const path = join(temporaryFolder(), "rows.jsonl");
    for (let start = 0; start < count; start += 10_000) {
      const part = Array.from({ length: 10_000 }, (_, i) => ({ text: text(start + i), label: `label ${i % 7}` }));
      appendFileSync(path, lines(part));
    }
    const before = await used();
    const rows = await open(path, { cacheSize: 100 });
    const indexed = await used();
    expect(rows.length).toBe(count);
    expect((indexed.arrayBuffers - before.arrayBuffers) / count).toBeLessThan(9);
    expect((indexed.heapUsed - before.heapUsed) / count).toBeLessThan(9);

    const encode = (value: string) => ({ inputIds: Int32Array.from(value, (character) => character.charCodeAt(0)) });
    const dataset = new TextDataset(rows, { tokenizer: { encode }, cacheSize: 50 });
    const active = new ActiveLearningDataset(dataset, { seed: 1 });
    const labelled = active.labelRandomly(200);
    expect(dataset.labels).toHaveLength(7);
    for (const [position, index] of labelled.entries()) {
      expect(active.at(position)).toEqual({ index, input: encode(text(index)), target: (index % 10_000) % 7 });
    }
    const { pool } = active;
    for (let position = 0; position < pool.length; position += 7) pool.at(position);
    const worked = await used();
    // The rows, their texts and tokens would take some hundreds of bytes each; targets and the pool's indices take 8 each.
    expect((worked.heapUsed + worked.arrayBuffers - before.heapUsed - before.arrayBuffers) / count).toBeLessThan(60);
  });
});
