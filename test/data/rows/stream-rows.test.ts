import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ReadOptions, readRows, streamRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

describe("readRows", () => {
  const cases: readonly { what: string; name: string; content: string | Uint8Array; options?: ReadOptions; rows: unknown[] }[] = [
    {
      what: "CSV",
      name: "a.csv",
      content: "text,label\nhello,1\nbye,2\n",
      rows: [
        { text: "hello", label: "1" },
        { text: "bye", label: "2" },
      ],
    },
    {
      what: "a byte-order mark and CRLF",
      name: "a.csv",
      content: "\uFEFFtext,label\r\nhello,1\r\n",
      rows: [{ text: "hello", label: "1" }],
    },
    {
      what: "quoted delimiters, quotes and line breaks",
      name: "a.csv",
      content: 'text,label\n"one, two\nthree ""four""",x\n,y\n',
      rows: [
        { text: 'one, two\nthree "four"', label: "x" },
        { text: "", label: "y" },
      ],
    },
    {
      what: "another delimiter",
      name: "a.csv",
      content: "text;label\na,b;1",
      options: { delimiter: ";" },
      rows: [{ text: "a,b", label: "1" }],
    },
    { what: "tabs", name: "a.TSV", content: "text\tlabel\na,b\t1", rows: [{ text: "a,b", label: "1" }] },
    {
      what: "JSON Lines without a last line end",
      name: "a.jsonl",
      content: '{"text":"a","label":3}\r\n\n{"text":"b"}',
      rows: [{ text: "a", label: 3 }, { text: "b" }],
    },
    {
      what: "a line separator inside a JSON string",
      name: "a.ndjson",
      content: '{"text":"a\u2028b"}\n',
      rows: [{ text: "a\u2028b" }],
    },
    { what: "a JSON array", name: "a.json", content: '\n[{"text": "a"},\n {"text": "b"}]', rows: [{ text: "a" }, { text: "b" }] },
    {
      what: "JSON Lines named .json",
      name: "a.json",
      content: '{"text":"a"}\n{"text":"b"}\n',
      rows: [{ text: "a" }, { text: "b" }],
    },
    { what: "gzip", name: "a.jsonl.gz", content: gzipSync('{"text":"a"}\n'), rows: [{ text: "a" }] },
    {
      what: "CLINC-OOS",
      name: "c.json",
      content: '{"train":[["a","x"]],"oos_train":[["b","oos"]],"oos_test":[]}',
      rows: [
        { text: "a", intent: "x" },
        { text: "b", intent: "oos" },
      ],
    },
  ];
  it.each(cases)("reads $what", async ({ name, content, options, rows }) => {
    expect(await readRows(await fileWith(name, content), options)).toEqual(rows);
  });

  const failures: readonly {
    what: string;
    name: string;
    content: string | Uint8Array;
    options?: ReadOptions;
    code: string;
    message: RegExp;
  }[] = [
    {
      what: "a row with too many fields",
      name: "a.csv",
      content: "text,label\na,1\nb,2,3\n",
      code: "E_DATA",
      message: /a\.csv, line 3: .*fields as the header/,
    },
    { what: "a stray quote", name: "a.csv", content: 'text\n"abc\ndef\n', code: "E_DATA", message: /a\.csv, line \d/ },
    {
      what: "a column named twice",
      name: "a.csv",
      content: "text,text\na,b\n",
      code: "E_DATA",
      message: /"text" is in the header line twice/,
    },
    {
      what: "a missing column",
      name: "a.csv",
      content: "txt,label\na,1\n",
      options: { columns: ["text"] },
      code: "E_DATA",
      message: /no column "text"; its columns are "txt", "label"/,
    },
    {
      what: "a wrong delimiter",
      name: "a.csv",
      content: "text;label\na;1\n",
      options: { columns: ["text"] },
      code: "E_DATA",
      message: /is the delimiter ";"\?/,
    },
    {
      what: "a column that no JSON row has",
      name: "a.jsonl",
      content: '{"a":1}\n{"b":1}\n',
      options: { columns: ["text"] },
      code: "E_DATA",
      message: /no column "text"; its columns are "a", "b"/,
    },
    { what: "a file of a header only", name: "a.csv", content: "text,label\n", code: "E_DATA", message: /has no rows/ },
    { what: "an empty file", name: "a.jsonl", content: "", code: "E_DATA", message: /has no rows/ },
    {
      what: "a line that is no JSON",
      name: "a.jsonl",
      content: `${'{"a":1}\n'.repeat(16)}{"a":\n`,
      code: "E_DATA",
      message: /a\.jsonl, line 17: not valid JSON/,
    },
    {
      what: "a line that is no object",
      name: "a.jsonl",
      content: '{"a":1}\n[1]\n',
      code: "E_DATA",
      message: /line 2: an object .* an array came/,
    },
    {
      what: "a JSON file that is no array",
      name: "a.json",
      content: '{"a":1,"b":{"c":2}}',
      code: "E_DATA",
      message: /an array of objects is needed, an object came/,
    },
    {
      what: "a JSON array of strings",
      name: "a.json",
      content: '[{}, "b"]',
      code: "E_DATA",
      message: /item 1: an object is needed, a string came/,
    },
    { what: "damaged JSON", name: "a.json", content: "[{}", code: "E_DATA", message: /a\.json: not valid JSON/ },
    {
      what: "an unknown extension",
      name: "a.xlsx",
      content: "",
      code: "E_DATA",
      message: /known are \.csv, \.tsv, \.jsonl, \.ndjson, \.json, \.parquet/,
    },
    {
      what: "Latin-1 text",
      name: "a.csv",
      content: Buffer.from("text\ncaf\xe9\n", "latin1"),
      code: "E_DATA",
      message: /a\.csv is not UTF-8/,
    },
    {
      what: "a damaged Parquet file",
      name: "a.parquet",
      content: "PAR1 not really",
      code: "E_DATA",
      message: /a\.parquet could not be read/,
    },
  ];
  it.each(failures)("refuses $what", async ({ name, content, options, code, message }) => {
    const path = await fileWith(name, content);
    await expect(readRows(path, options)).rejects.toMatchObject({
      name: "BaalError",
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each(["a.csv", "a.jsonl", "a.json", "a.parquet"])("names a missing file: %s", async (name) => {
    const path = join(temporaryFolder(), name);
    await expect(readRows(path)).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND", message: expect.stringContaining(path) });
  });

  it("accepts a column that only some JSON rows have", async () => {
    const path = await fileWith("a.jsonl", '{"text":"a"}\n{"text":"b","label":"x"}\n');
    expect(await readRows(path, { columns: ["text", "label"] })).toHaveLength(2);
  });
});

describe("columns", () => {
  it.each([
    ["a.csv", "Text,LABEL \na,x\n"],
    ["a.jsonl", '{"Text":"a"," label":"x"}\n'],
  ])("are found by other cases of letters, with a word: %s", async (name, content) => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    const path = await fileWith(name, content);
    expect(await readRows(path, { columns: ["text", "label"] })).toEqual([{ text: "a", label: "x" }]);
    expect(warned.mock.calls.map(([message]) => message)).toEqual([
      expect.stringContaining('the column "Text" is taken for "text"'),
      expect.stringContaining('is taken for "label"'),
    ]);
  });

  it("are not guessed between two", async () => {
    const path = await fileWith("a.csv", "Text,TEXT\na,b\n");
    await expect(readRows(path, { columns: ["text"] })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining('no column "text"'),
    });
  });
});

describe("streamRows", () => {
  it.each([
    ["csv", "text,label\n", "some words,greeting\n", "too,many,fields\n", /line 40002/],
    ["jsonl", "", '{"text":"some words","label":"greeting"}\n', "no JSON\n", /line 40001/],
  ])("reads a .%s file while its rows are taken, not before", async (extension, header, line, damage, message) => {
    const path = await fileWith(`a.${extension}`, header + line.repeat(40_000));
    const rows = streamRows(path);
    await rows.next();
    await appendFile(path, damage);
    let count = 1;
    const rest = async () => {
      for await (const row of rows) if (row["label"] === "greeting") count++;
    };
    await expect(rest()).rejects.toMatchObject({ code: "E_DATA", message: expect.stringMatching(message) });
    expect(count).toBe(40_000);
  });

  it("stops reading where its reader stops", async () => {
    const path = await fileWith("a.csv", `text\n${"x\n".repeat(200_000)}`);
    for await (const row of streamRows(path)) {
      expect(row).toEqual({ text: "x" });
      break;
    }
  });

  it("joins characters and lines that are cut by the reading buffer", async () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `é${"ü€😀".repeat(i % 17)}${i}`);
    const path = await fileWith("a.jsonl", texts.map((text) => JSON.stringify({ text })).join("\n"));
    const rows = await readRows(path);
    expect(rows.map((row) => row["text"])).toEqual(texts);
  });
});
