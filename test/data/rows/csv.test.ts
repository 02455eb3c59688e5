import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvRecord, recordBatches } from "../../../src/data/rows/csv-records.js";
import { type CsvOptions, csvTable } from "../../../src/data/rows/csv-table.js";
import { FileBackedRows } from "../../../src/data/rows/file-backed-rows.js";
import type { Row } from "../../../src/data/rows/row.js";
import { readRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

function write(content: string | Uint8Array, name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Both readers, the second one in order and at random. They must agree. */
async function bothReaders(path: string, options: CsvOptions = {}): Promise<Row[]> {
  const rows = await readRows(path, options);
  const filed = await FileBackedRows.open(path, { ...options, cacheSize: 2 });
  try {
    expect(filed.length).toBe(rows.length);
    const backwards = rows.map((_, i) => filed.at(rows.length - 1 - i)).reverse();
    expect(backwards).toEqual(rows);
    expect([...filed]).toEqual(rows);
  } finally {
    filed.close();
  }
  return rows;
}

const LINE_ENDS = ["\n", "\r\n", "\r"] as const;
const DELIMITERS = [",", ";", "\t", "|", "||", "§"] as const;

const field = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc
    .array(fc.constantFrom("a", "é", "1", " ", '"', ",", ";", "\t", "|", "§", "\n", "\r", "\r\n", "😀", "\\"), { maxLength: 8 })
    .map((parts) => parts.join("")),
);

/** Whether a value could be meant otherwise without quotes. */
const needsQuotes = (value: string, delimiter: string) => value.includes(delimiter[0]!) || /["\r\n]|^\s|^$/.test(value);
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe("a CSV file as RFC 4180 has it", () => {
  it("is read alike by both readers, whatever its line ends, delimiter, mark and quotes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field, fc.boolean(), fc.constantFrom(...LINE_ENDS)), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom(...LINE_ENDS),
        fc.boolean(),
        async (lines, delimiter, headEnd, hasMark) => {
          const cell = (value: string, isQuoted: boolean) => (isQuoted || needsQuotes(value, delimiter) ? quoted(value) : value);
          const body = lines.map(([a, b, q, end]) => `${cell(a, q)}${delimiter}${cell(b, q)}${end}`).join("");
          const content = `${hasMark ? "\ufeff" : ""}text${delimiter}label${headEnd}${body}`;
          const rows = await bothReaders(write(content, "a.csv"), { delimiter, quote: '"' });
          expect(rows).toEqual(lines.map(([text, label]) => ({ text, label })));
          const reference = parse(content, { bom: true, columns: true, delimiter, record_delimiter: ["\r\n", "\n", "\r"] });
          expect(rows).toEqual(reference);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("has the same records in whatever pieces it comes", async () => {
    const letters = fc.constantFrom("a", '"', ",", "\n", "\r", "\t");
    await fc.assert(
      fc.asyncProperty(
        fc.array(letters, { maxLength: 40 }).map((all) => all.join("")),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
        fc.constantFrom("a.csv", "a.tsv"),
        fc.constantFrom(undefined, '"', "none"),
        async (body, sizes, name, quote) => {
          const records = async (pieces: readonly string[]) => {
            const found: unknown[] = [];
            async function* source() {
              yield* pieces;
            }
            const { dialect } = csvTable(name, { quote });
            const take = ({ fields, lines, fault, isBlank }: CsvRecord) =>
              found.push({ fields, lines, fault: fault?.slice(0, 9), isBlank }) > 0;
            for await (const _ of recordBatches(source(), { dialect, take }));
            return found;
          };
          const pieces: string[] = [];
          for (let at = 0, i = 0; at < body.length; i++) {
            pieces.push(body.slice(at, at + sizes[i % sizes.length]!));
            at += sizes[i % sizes.length]!;
          }
          const whole = await records([body]);
          // What is wrong ends the file for the reader that reads on; what is behind it is not compared.
          const upToFault = (all: readonly unknown[]) => {
            const at = all.findIndex((record) => (record as { fault?: string }).fault !== undefined);
            return at === -1 ? all : all.slice(0, at + 1);
          };
          expect(upToFault(await records(pieces))).toEqual(upToFault(whole));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(LINE_ENDS.flatMap((head) => LINE_ENDS.flatMap((first) => LINE_ENDS.map((rest) => [head, first, rest] as const))))(
    "ends its lines with %j, then %j, then %j",
    async (head, first, rest) => {
      for (const [name, delimiter] of [
        ["a.csv", ","],
        ["a.tsv", "\t"],
      ] as const) {
        const line = (text: string, label: string) => [text, label].join(delimiter);
        const content =
          line("text", "label") + head + line("a", "x") + first + line('"b"', '"y"') + rest + rest + line("c", "z") + rest;
        expect(await bothReaders(write(content, name))).toEqual([
          { text: "a", label: "x" },
          { text: "b", label: "y" },
          { text: "c", label: "z" },
        ]);
      }
    },
  );

  it("reads JSON Lines with any line ends", async () => {
    for (const end of LINE_ENDS) {
      const path = write(`{"text":"a"}${end}${end}{"text":"b"}${end}`, "a.jsonl");
      expect(await bothReaders(path)).toEqual([{ text: "a" }, { text: "b" }]);
    }
  });
});

interface ReadCase {
  readonly what: string;
  readonly name: string;
  readonly content: string;
  readonly options?: CsvOptions;
  readonly rows: readonly (readonly string[])[];
}

const columns = (rows: readonly Row[]) => rows.map((row) => Object.values(row));

describe("quotes", () => {
  const cases: readonly ReadCase[] = [
    { what: "a quote within a field", name: "a.csv", content: 'text,label\nthe 5" screen,x\n', rows: [['the 5" screen', "x"]] },
    { what: "quotes within fields of tabs", name: "a.tsv", content: 'text\tlabel\na "b" c\tx\n', rows: [['a "b" c', "x"]] },
    {
      what: "a field that begins with a quoted word",
      name: "a.tsv",
      content: 'text\tlabel\n"a" he said\tx\n',
      rows: [['"a" he said', "x"]],
    },
    { what: "proper quotes between tabs", name: "a.tsv", content: 'text\tlabel\n"a ""b""\tc"\tx\n', rows: [['a "b"\tc', "x"]] },
    {
      what: "line ends in proper quotes between tabs",
      name: "a.tsv",
      content: 'text\tlabel\n"a\r\nb"\tx\n',
      rows: [["a\r\nb", "x"]],
    },
    {
      what: "quotes over whole rows of tabs",
      name: "a.tsv",
      content: 'text\tlabel\n"a\tx\nb\ty\nc"\tz\n',
      rows: [
        ['"a', "x"],
        ["b", "y"],
        ['c"', "z"],
      ],
    },
    {
      what: "a quote that is never closed between tabs",
      name: "a.tsv",
      content: 'text\tlabel\na\tx\n"b\ty\nc\tz',
      rows: [
        ["a", "x"],
        ['"b', "y"],
        ["c", "z"],
      ],
    },
    { what: "a last quote that is never closed", name: "a.tsv", content: 'label\ttext\nx\t"a', rows: [["x", '"a']] },
    {
      what: "ordinary quotes",
      name: "a.csv",
      content: 'text,label\n"a,x\nb",y\n',
      options: { quote: "none" },
      rows: [
        ['"a', "x"],
        ['b"', "y"],
      ],
    },
    {
      what: "quotes that are meant",
      name: "a.csv",
      content: 'text,label\n"a,x\nb",y\n',
      options: { quote: '"' },
      rows: [["a,x\nb", "y"]],
    },
    {
      what: "other quotes",
      name: "a.csv",
      content: "text,label\n'a,''b',\"y\n",
      options: { quote: "'" },
      rows: [["a,'b", '"y']],
    },
    {
      what: "a letter",
      name: "a.csv",
      content: 'text,label\n"Hi,\nmy card, the new one\nbroke, sadly. Bye",x\n',
      rows: [["Hi,\nmy card, the new one\nbroke, sadly. Bye", "x"]],
    },
    {
      what: "numbers in lines",
      name: "a.csv",
      content: 'text,label\n"paid 1,000\nplease",x\n',
      rows: [["paid 1,000\nplease", "x"]],
    },
    { what: "an empty text in quotes at the end", name: "a.csv", content: 'text\na\n""\n', rows: [["a"], [""]] },
  ];
  it.each(cases)("reads $what", async ({ name, content, options, rows }) => {
    expect(columns(await bothReaders(write(content, name), options))).toEqual(rows);
  });

  it.each([
    ["swallows rows", "a.csv", 'text,label\nq,w\n"a,x\nb,y\nc",z\n', /a\.csv, line 3: a quote swallows 3 lines, .*--quote none/],
    ["swallows rows behind the label", "a.csv", 'label;text\nx;"a\ny;b"\n', /line 2: a quote swallows 2 lines/],
    ["is never closed", "a.csv", 'text,label\na,x\n"b,y\nc,z\n', /line 3: the quote of "\\"b,y" is opened and never closed/],
    [
      "is closed too early",
      "a.csv",
      'text,label\n"a" b,x\n',
      /line 2: the quote of .* closed before its field ends.*--quote none/,
    ],
    ["is escaped by a backslash", "a.csv", 'text,label\n"a \\"b\\" c",x\n', /line 2: .*escaped by a backslash/],
  ])("refuses one that %s", async (_, name, content, message) => {
    const delimiter = content.includes(";") ? ";" : undefined;
    await expect(readRows(write(content, name), { delimiter })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(message),
    });
    const filed = await FileBackedRows.open(write(content, name), { delimiter });
    expect(() => [...filed]).toThrow(expect.objectContaining({ code: "E_DATA" }));
    filed.close();
  });

  it("ends the reading of one that is never closed before it is all in memory, and says where it is", async () => {
    const path = write(`text,label\n"a,x\n${`${"b".repeat(96)},yz\n`.repeat(800_000)}`, "a.csv");
    await expect(readRows(path)).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/line 2: .*never closed/),
    });
  });

  it.each([
    { delimiter: "" },
    { delimiter: "\n" },
    { delimiter: '"' },
    { quote: "ab" },
    { quote: "" },
    { quote: "“" },
    { quote: ";", delimiter: ";" },
  ])("refuses the options %j", async (options) => {
    const path = write("text\na\n", "a.csv");
    await expect(readRows(path, options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
    await expect(FileBackedRows.open(path, options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

describe("delimiters and headers", () => {
  const ROW = [["a", "x"]];
  const cases: readonly (ReadCase & { readonly names?: readonly string[] })[] = [
    { what: "sep=;", name: "a.csv", content: "sep=;\r\ntext;label\r\na;x\r\n", rows: ROW },
    { what: "sep=,", name: "a.csv", content: "\ufeffsep=,\ntext,label\na,x\n", rows: ROW },
    { what: "a quoted sep", name: "a.csv", content: '"sep=;"\ntext;label\na;x\n', rows: ROW },
    { what: "a tab named by sep", name: "a.csv", content: "sep=\t\ntext\tlabel\na\tx\n", rows: ROW },
    { what: "sep= beside an option", name: "a.csv", content: "sep=;\ntext|label\na|x\n", options: { delimiter: "|" }, rows: ROW },
    { what: "empty columns at the end", name: "a.csv", content: "text,label,,\r\na,x,,\r\n", rows: ROW },
    { what: "rows that are longer than the header by nothing", name: "a.csv", content: "text,label\na,x,,\n", rows: ROW },
    { what: "empty rows at the end", name: "a.csv", content: "text,label\r\na,x\r\n,\r\n,\r\n,", rows: ROW },
    {
      what: "empty rows between others",
      name: "a.csv",
      content: "text,label\na,x\n,\nb,y\n,\n",
      rows: [
        ["a", "x"],
        ["", ""],
        ["b", "y"],
      ],
    },
    {
      what: "an index without a name",
      name: "a.csv",
      content: ",text,label\n0,a,x\n",
      rows: [["0", "a", "x"]],
      names: ["", "text", "label"],
    },
    {
      what: "blanks behind the delimiter",
      name: "a.csv",
      content: 'text, label\na, x\n"b, c", "y"\n',
      rows: [
        ["a", "x"],
        ["b, c", "y"],
      ],
    },
    { what: "blanks that belong to values", name: "a.csv", content: "text,label\na, x\n", rows: [["a", " x"]] },
    { what: "blanks around names", name: "a.csv", content: "text ,label\t\na,x\n", rows: ROW },
    {
      what: "one column with commas in it",
      name: "a.tsv",
      content: "text, or what there is\na\n",
      rows: [["a"]],
      names: ["text, or what there is"],
    },
    {
      what: "one column that is named",
      name: "a.csv",
      content: "text;label\na;x\n",
      options: { delimiter: "," },
      rows: [["a;x"]],
      names: ["text;label"],
    },
    { what: "one column in quotes", name: "a.csv", content: '"text;label"\na\n', rows: [["a"]], names: ["text;label"] },
  ];
  it.each(cases)("reads $what", async ({ name, content, options, rows, names = ["text", "label"] }) => {
    const read = await bothReaders(write(content, name), options);
    expect(columns(read)).toEqual(rows);
    expect(Object.keys(read[0]!)).toEqual(names);
  });

  it.each([
    ["semicolons", "a.csv", "text;label\na;x\n", /delimiter ";"\? Name it: --delimiter ";"/],
    ["quoted names between semicolons", "a.csv", '"text";"label"\na;x\n', /delimiter ";"\?/],
    ["tabs", "a.csv", "text\tlabel\na\tx\n", /delimiter "\\t"\? Name it: --delimiter tab/],
    ["bars", "a.csv", "täxt|label\na|x\n", /"täxt\|label": is the delimiter "\|"\?/],
    ["commas between tabs", "a.tsv", "text,label\na,x\n", /delimiter ","\?/],
    ["several columns without a name", "a.csv", ",,text\n1,2,a\n", /several columns have no name/],
    [
      "a value in a column without a name",
      "a.csv",
      "text,label,\na,x,\nb,y,note\n",
      /2 fields.* 3 came; a value stands behind the last named column, "label"/,
    ],
    ["a header that swallows rows", "a.csv", 'text,"label\na,x\n', /a\.csv, header: the quote of/],
  ])("refuses %s, by both readers", async (_, name, content, message) => {
    const path = write(content, name);
    const error = { code: "E_DATA", message: expect.stringMatching(message) };
    await expect(readRows(path)).rejects.toMatchObject(error);
    const all = async () => {
      const filed = await FileBackedRows.open(path);
      try {
        return [...filed];
      } finally {
        filed.close();
      }
    };
    await expect(all()).rejects.toMatchObject(error);
  });
});

describe("packed and encoded text", () => {
  const content = "text,label\ncafé,x\n";
  const rows = [{ text: "café", label: "x" }];
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
  const utf16 = Buffer.from(`\ufeff${content}`, "utf16le");
  const forms: Readonly<Record<string, Uint8Array>> = {
    "a.csv.gz": gzipSync(content),
    "A.CSV.GZ": gzipSync(content),
    "packed.csv": gzipSync(content),
    "plain.csv.gz": Buffer.from(content),
    "members.csv.gz": Buffer.concat([gzipSync("text,label\n"), gzipSync("café,x\n")]),
    "little.csv": utf16,
    "big.csv": swapped(utf16),
    "little.csv.gz": gzipSync(utf16),
  };
  it.each(Object.keys(forms))("are read by content: %s", async (name) => {
    expect(await readRows(write(forms[name]!, name))).toEqual(rows);
  });

  it.each([
    ["a truncated gzip", "a.csv.gz", gzipSync(content.repeat(50)).subarray(0, 40), /could not be read/],
    ["UTF-16 without a mark", "a.csv", utf16.subarray(2), /UTF-16 without a byte-order mark/],
    ["a workbook", "a.csv", Buffer.from("PK\u0003\u0004 and so on"), /zip archive, perhaps a workbook/],
    ["Parquet", "a.csv", Buffer.from("PAR1\u0000\u0000"), /a Parquet file: name it \.parquet/],
    ["Latin-1", "a.csv", Buffer.from("text\ncafé\n", "latin1"), /is not UTF-8 text \(behind "caf"\)/],
  ])("refuse %s by name", async (_, name, bytes, message) => {
    await expect(readRows(write(bytes, name))).rejects.toMatchObject({ code: "E_DATA", message: expect.stringMatching(message) });
  });

  it.each(["packed.csv", "little.csv", "big.csv"])("cannot be read one by one: %s says why", async (name) => {
    await expect(FileBackedRows.open(write(forms[name]!, name))).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/gzip|UTF-16/),
    });
  });
});
