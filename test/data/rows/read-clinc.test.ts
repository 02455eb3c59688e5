import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readClinc } from "../../../src/data/rows/read-clinc.js";
import { itShared, sharedPath } from "../../shared.js";
import { temporaryFolder } from "../../temporary-folder.js";

describe("readClinc", () => {
  itShared("reads every split of the full data, with and without the out-of-scope texts", async () => {
    const path = sharedPath("data", "clinc_oos", "data_full.json");
    const sizes = [];
    for (const split of ["train", "val", "test"] as const) {
      const all = await readClinc(path, { split });
      const inScope = await readClinc(path, { split, includeOos: false });
      expect(all.slice(0, inScope.length)).toEqual(inScope);
      expect(new Set(all.slice(inScope.length).map((row) => row.intent))).toEqual(new Set(["oos"]));
      expect(new Set(inScope.map((row) => row.intent)).size).toBe(150);
      sizes.push([all.length, inScope.length]);
    }
    expect(sizes).toEqual([
      [15_100, 15_000],
      [3100, 3000],
      [5500, 4500],
    ]);
  });

  it.each([
    ['{"test":[]}', /no list "train" .* its keys are test/],
    ['{"train":[["a","b"],["c"]],"oos_train":[]}', /"train" item 1 is no \[text, intent\] pair/],
    ["{", /not valid JSON/],
  ])("refuses %s", async (content, message) => {
    const path = join(temporaryFolder(), "clinc.json");
    await writeFile(path, content);
    await expect(readClinc(path)).rejects.toMatchObject({ code: "E_DATA", message: expect.stringMatching(message) });
  });

  it("names a missing file", async () => {
    await expect(readClinc("/nowhere/clinc.json")).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });
});
