import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, it } from "vitest";
import { ImageDataset } from "../../../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../../../src/data/images/plain-image-processor.js";
import { readRows } from "../../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../../temporary-folder.js";
import { encode, picture } from "../pictures.js";

it("an image column of a Parquet file, as Hugging Face's datasets write it", async () => {
  const pngs = await Promise.all([6, 9].map(async (edge) => new Uint8Array(await encode(picture(edge, edge)).png().toBuffer())));
  const bytes = { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" } as const;
  const file = parquetWriteBuffer({
    columnData: [
      {
        name: "image",
        data: [
          { bytes: pngs[0], path: "a.png" },
          { bytes: pngs[1], path: null },
        ],
      },
      { name: "label", data: [1, 0] },
      { name: "raw", data: pngs },
      { name: "old_text", data: [Buffer.from("grün"), Buffer.from("")] },
    ],
    schema: [
      { name: "root", num_children: 4 },
      { name: "image", repetition_type: "OPTIONAL", num_children: 2 },
      bytes,
      { ...bytes, name: "path", converted_type: "UTF8" },
      { name: "label", type: "INT32", repetition_type: "REQUIRED" },
      { ...bytes, name: "raw" },
      { ...bytes, name: "old_text" },
    ],
  });
  const path = join(temporaryFolder(), "train-00000-of-00001.parquet");
  await writeFile(path, new Uint8Array(file));
  const rows = await readRows(path);
  expect(rows.map(({ old_text, label }) => [old_text, label])).toEqual([
    ["grün", 1],
    ["", 0],
  ]);
  for (const imageKey of ["image", "raw"]) {
    const dataset = new ImageDataset(rows, { processor: imageProcessor({ size: [4, 4] }), imageKey });
    const { data } = await dataset.at(1).input.load();
    const direct = new ImageDataset([{ image: pngs[1] }], { processor: imageProcessor({ size: [4, 4] }) });
    expect(data).toEqual((await direct.at(0).input.load()).data);
    expect(dataset.at(0).target).toBe(1);
  }
});
