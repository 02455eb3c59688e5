import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginRun, endRun } from "../../src/cli/prediction-run.js";

describe("beginRun", () => {
  let folder: string;
  let output: string;
  const settings = { model: "m-1", heuristic: "bald" };
  const begin = (now = settings, overwrite = false) => beginRun(output, now, { overwrite });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-run-"));
    output = join(folder, "new", "out.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("counts whole rows of an interrupted run with the same settings", async () => {
    expect(await begin()).toBe(0);
    await writeFile(output, '{"row":0}\n{"row":1}\n{"row');
    expect(await begin()).toBe(2);
  });

  it("refuses to mix two runs, and names what differs", async () => {
    await begin();
    await writeFile(output, '{"row":0}\n');
    await expect(begin({ ...settings, heuristic: "entropy" })).rejects.toThrow(/heuristic was bald, now entropy/);
    expect(await begin({ ...settings, heuristic: "entropy" }, true)).toBe(0);
    expect(existsSync(output)).toBe(false);
  });

  it("takes other settings where nothing was written yet", async () => {
    await begin();
    expect(await begin({ ...settings, model: "m-2" })).toBe(0);
    await writeFile(output, '{"row":0}\n');
    expect(await begin({ ...settings, model: "m-2" })).toBe(1);
  });

  it("leaves a complete output alone", async () => {
    await begin();
    await writeFile(output, '{"row":0}\n');
    await endRun(output);
    await expect(begin()).rejects.toThrow(/exists already.*--overwrite/);
  });
});
