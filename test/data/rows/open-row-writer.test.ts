import { appendFile, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { countWrittenRows, openRowWriter } from "../../../src/data/rows/open-row-writer.js";
import { readRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

const columns = ["id", "text", "score", "certain", "extra"];

function row(id: number) {
  return {
    id,
    text: `line\n"${id}", é`,
    score: id === 0 ? 0 : id / 7,
    certain: id % 2 === 0,
    extra: id === 3 ? [1, 2] : null,
    left: "out",
  };
}

const rows = Array.from({ length: 25 }, (_, id) => row(id));
const typed = rows.map(({ left, ...kept }) => kept);
const asText = typed.map((kept) => ({
  id: String(kept.id),
  text: kept.text,
  score: String(kept.score),
  certain: String(kept.certain),
  extra: kept.extra ? JSON.stringify(kept.extra) : "",
}));

const formats = [
  { extension: "jsonl", expected: typed },
  { extension: "csv", expected: asText },
  { extension: "parquet", expected: typed },
];

describe.each(formats)("openRowWriter, $extension", ({ extension, expected }) => {
  const newPath = async () => join(temporaryFolder(), "deep", `rows.${extension}`);

  it("writes rows that read back", async () => {
    const path = await newPath();
    const writer = await openRowWriter(path, { columns });
    await writer.write(rows.slice(0, 10));
    await writer.write(rows.slice(10));
    await writer.finish();
    expect(writer.rowsWritten).toBe(25);
    expect(await readRows(path)).toEqual(expected);
    expect(await countWrittenRows(path)).toBe(25);
  });

  it("continues after an interruption, whichever byte it was torn at", async () => {
    const path = await newPath();
    const file = extension === "parquet" ? `${path}.part.jsonl` : path;
    const writer = await openRowWriter(path, { columns });
    await writer.write(rows.slice(0, 5));
    await writer.abandon();
    const { size } = await stat(file);
    const content = await readFile(file);
    for (let cut = 0; cut <= size; cut++) {
      await writeFile(file, content.subarray(0, cut));
      const done = await countWrittenRows(path);
      expect(done).toBeLessThanOrEqual(5);
      if (cut % 10 !== 0 && cut !== size) continue;
      const again = await openRowWriter(path, { columns, append: true });
      expect(again.rowsWritten).toBe(done);
      await again.write(rows.slice(done));
      await again.finish();
      expect(await readRows(path)).toEqual(expected);
    }
    expect(await countWrittenRows(path)).toBe(25);
  });

  it("appends to a finished file", async () => {
    const path = await newPath();
    for (const part of [rows.slice(0, 8), rows.slice(8)]) {
      const writer = await openRowWriter(path, { columns, append: true });
      await writer.write(part);
      await writer.finish();
    }
    expect(await readRows(path)).toEqual(expected);
  });

  it("starts anew unless told to append", async () => {
    const path = await newPath();
    for (const part of [rows, rows.slice(0, 3)]) {
      const writer = await openRowWriter(path, { columns });
      await writer.write(part);
      await writer.finish();
    }
    expect(await readRows(path)).toEqual(expected.slice(0, 3));
  });

  it("counts nothing where there is no file", async () => {
    expect(await countWrittenRows(await newPath())).toBe(0);
  });
});

describe("openRowWriter", () => {
  it("does not continue a CSV file with other columns", async () => {
    const path = join(temporaryFolder(), "rows.csv");
    await writeFile(path, "a,b\n1,2\n");
    await expect(openRowWriter(path, { columns: ["a", "c"], append: true })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/columns a,b, not a,c/),
    });
    expect(await readFile(path, "utf8")).toBe("a,b\n1,2\n");
  });

  it("leaves no Parquet file before it is finished", async () => {
    const path = join(temporaryFolder(), "rows.parquet");
    const writer = await openRowWriter(path, { columns });
    await writer.write(rows);
    await writer.abandon();
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await countWrittenRows(path)).toBe(25);
  });

  it("finds one Parquet type for a column that starts with whole numbers or mixes kinds", async () => {
    const path = join(temporaryFolder(), "rows.parquet");
    const mixed = [
      { id: 0, value: 1, empty: null },
      { id: 0.5, value: "one", empty: null },
      { id: 2, value: null, empty: null },
    ];
    const writer = await openRowWriter(path, { columns: ["id", "value", "empty"] });
    await writer.write(mixed);
    await writer.finish();
    expect(await readRows(path)).toEqual(mixed);
  });

  it("writes a Parquet file of several row groups", async () => {
    const path = join(temporaryFolder(), "rows.parquet");
    const many = Array.from({ length: 25_000 }, (_, id) => ({ id }));
    const writer = await openRowWriter(path, { columns: ["id"] });
    await writer.write(many);
    await writer.finish();
    expect(await readRows(path)).toEqual(many);
  });

  it("lists the formats it knows", async () => {
    expect(() => openRowWriter("rows.xml", { columns })).toThrow(/known are \.jsonl, \.csv, \.parquet/);
    expect(() => countWrittenRows("rows.xml")).toThrow(/known are/);
  });

  it("keeps a torn line out of the count however long the file is", async () => {
    const path = join(temporaryFolder(), "rows.csv");
    const writer = await openRowWriter(path, { columns: ["text"] });
    await writer.write(Array.from({ length: 20_000 }, () => ({ text: 'a "quoted"\nline' })));
    await writer.finish();
    await appendFile(path, '"torn');
    expect(await countWrittenRows(path)).toBe(20_000);
    await truncate(path, (await stat(path)).size - 7);
    expect(await countWrittenRows(path)).toBe(19_999);
  });
});
