import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginRun, endRun, partialPath } from "../../src/cli/prediction-run.js";

describe("beginRun", () => {
  let folder: string;
  let output: string;
  const settings = { model: "m-1", heuristic: "bald" };
  const begin = (now = settings, overwrite = false) => beginRun(output, now, { overwrite });

  const write = (text: string) => writeFile(partialPath(output), text);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-run-"));
    output = join(folder, "out.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("counts whole rows of an interrupted run with the same settings", async () => {
    expect(await begin()).toBe(0);
    await write('{"row":0}\n{"row":1}\n{"row');
    expect(await begin()).toBe(2);
  });

  it("refuses to mix two runs, and names what differs", async () => {
    await begin();
    await write('{"row":0}\n');
    await expect(begin({ ...settings, heuristic: "entropy" })).rejects.toThrow(/heuristic was bald, now entropy/);
    expect(await begin({ ...settings, heuristic: "entropy" }, true)).toBe(0);
    expect(existsSync(partialPath(output))).toBe(false);
  });

  it("takes other settings where nothing was written yet", async () => {
    await begin();
    expect(await begin({ ...settings, model: "m-2" })).toBe(0);
    await write('{"row":0}\n');
    expect(await begin({ ...settings, model: "m-2" })).toBe(1);
  });

  it("leaves a complete output alone", async () => {
    await begin();
    await write('{"row":0}\n');
    await endRun(output);
    expect(existsSync(partialPath(output))).toBe(false);
    await expect(begin()).rejects.toThrow(/exists already.*--overwrite/);
  });

  it("keeps an output that is to be replaced until the new one is whole", async () => {
    await writeFile(output, '{"row":0}\n');
    expect(await begin(settings, true)).toBe(0);
    await write('{"row":1}\n');
    expect(await readFile(output, "utf8")).toBe('{"row":0}\n');
    // Without --overwrite the run that replaces it goes on.
    expect(await begin()).toBe(1);
    await endRun(output);
    expect(await readFile(output, "utf8")).toBe('{"row":1}\n');
    expect(await readdir(folder)).toEqual(["out.jsonl"]);
  });

  it("knows an output that was put in its place just before the command ended", async () => {
    await begin();
    await writeFile(output, '{"row":0}\n');
    await expect(begin()).rejects.toThrow(/complete/);
    expect(await readdir(folder)).toEqual(["out.jsonl"]);
  });
});
