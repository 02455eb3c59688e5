import { copyFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readClassNames, readRows } from "../../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../../temporary-folder.js";

// Written by pyarrow in two batches, with the metadata that Hugging Face `datasets` writes.
const fixture = (name: string) => resolve("test/fixtures/arrow", name);

describe("Arrow files", () => {
  it.each(["stream.arrow", "file.arrow"])("are read with their types and class names: %s", async (name) => {
    const rows = await readRows(fixture(name));
    expect(rows).toEqual([
      { text: "a é", label: 1, score: 0.5, tags: ["x"] },
      { text: "b", label: 0, score: null, tags: [] },
      { text: "c", label: -1, score: Number.NaN, tags: ["y", "z"] },
    ]);
    expect(await readClassNames(fixture(name))).toEqual(new Map([["label", ["World", "Sports"]]]));
    const named = await readRows(fixture(name), { namesClasses: true, columns: ["text", "label"] });
    expect(named.map(({ label }) => label)).toEqual(["Sports", "World", null]);
  });

  it("are known by content", async () => {
    const path = join(temporaryFolder(), "data");
    copyFileSync(fixture("file.arrow"), path);
    expect(await readRows(path)).toHaveLength(3);
  });

  it("are refused where they are compressed inside or damaged", async () => {
    const path = join(temporaryFolder(), "damaged.arrow");
    writeFileSync(path, "ARROW1 not really");
    for (const file of [fixture("compressed.arrow"), path])
      await expect(readRows(file)).rejects.toMatchObject({
        code: "E_DATA",
        message: expect.stringContaining("could not be read as Arrow"),
      });
    await expect(readRows(join(temporaryFolder(), "none.arrow"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });
});
