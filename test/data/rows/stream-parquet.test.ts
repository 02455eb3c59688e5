import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { countParquetRows, readParquetLabels, streamParquet } from "../../../src/data/rows/stream-parquet.js";
import { readRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

type Options = Parameters<typeof parquetWriteBuffer>[0];

async function parquetFile(options: Options): Promise<string> {
  const path = join(temporaryFolder(), "rows.parquet");
  await writeFile(path, new Uint8Array(parquetWriteBuffer(options)));
  return path;
}

const text = { name: "text", data: ["one", "two", null, "four", "five"], type: "STRING" as const };

describe("streamParquet", () => {
  it("reads row group after row group in order", async () => {
    const path = await parquetFile({
      columnData: [text, { name: "label", data: [0, 1, 2, 3, 4], type: "INT32" }],
      rowGroupSize: 2,
    });
    expect(await readRows(path)).toEqual(["one", "two", null, "four", "five"].map((word, label) => ({ text: word, label })));
    expect(await countParquetRows(path)).toBe(5);
  });

  it("gives 64-bit integers as numbers where they fit exactly", async () => {
    const path = await parquetFile({ columnData: [{ name: "id", data: [7n, 2n ** 60n], type: "INT64" }] });
    expect(await readRows(path)).toEqual([{ id: 7 }, { id: 2n ** 60n }]);
  });

  it("reads chosen columns only", async () => {
    const path = await parquetFile({ columnData: [text, { name: "label", data: [0, 1, 2, 3, 4] }] });
    const rows: unknown[] = [];
    for await (const row of streamParquet(path, { columns: ["label", "absent"] })) rows.push(row);
    expect(rows).toEqual([0, 1, 2, 3, 4].map((label) => ({ label })));
  });

  it("reads gzip pages", async () => {
    const path = await parquetFile({
      columnData: [text],
      codec: "GZIP",
      compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) },
    });
    expect((await readRows(path)).map((row) => row["text"])).toEqual(text.data);
  });

  it("names a missing column and those that are there", async () => {
    const path = await parquetFile({ columnData: [text] });
    await expect(readRows(path, { columns: ["sentence"] })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/no column "sentence"; its columns are "text"/),
    });
  });

  it("names the row group of a damaged page", async () => {
    const path = await parquetFile({
      columnData: [{ ...text, data: text.data.slice(0, 4) }],
      rowGroupSize: 2,
      codec: "UNCOMPRESSED",
    });
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [text], rowGroupSize: 2 }));
    bytes.fill(0xff, 4, 40);
    await writeFile(path, bytes);
    await expect(readRows(path)).rejects.toMatchObject({ code: "E_DATA", message: expect.stringContaining("row group 0") });
  });
});

describe("readParquetLabels", () => {
  const features = {
    text: { dtype: "string", _type: "Value" },
    label: { names: ["neg", "pos"], _type: "ClassLabel" },
    topics: { feature: { names: ["a", "b"], _type: "ClassLabel" }, _type: "Sequence" },
  };

  it("finds the names of ClassLabel columns, in lists too", async () => {
    const kvMetadata = [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }];
    const labels = await readParquetLabels(await parquetFile({ columnData: [text], kvMetadata }));
    expect([...labels]).toEqual([
      ["label", ["neg", "pos"]],
      ["topics", ["a", "b"]],
    ]);
  });

  it("finds none in other files", async () => {
    expect((await readParquetLabels(await parquetFile({ columnData: [text] }))).size).toBe(0);
  });
});
