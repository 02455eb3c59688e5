import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelVersion } from "../../src/models/checkpoint/model-version.js";

describe("modelVersion", () => {
  let parent: string;
  let folder: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "baal-version-"));
    folder = join(parent, "intents");
    await mkdir(join(folder, "onnx"), { recursive: true });
    await writeFile(join(folder, "config.json"), "{}");
    await writeFile(join(folder, "onnx", "model.onnx"), "weights");
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it("names the folder and its contents, and survives notes and a move", async () => {
    const version = await modelVersion(folder);
    expect(version).toMatch(/^intents-[0-9a-f]{12}$/);
    await writeFile(join(folder, "README.md"), "a note");
    await mkdir(join(parent, "elsewhere"));
    await rename(folder, join(parent, "elsewhere", "intents"));
    expect(await modelVersion(join(parent, "elsewhere", "intents"))).toBe(version);
  });

  it("changes with the weights", async () => {
    const version = await modelVersion(folder);
    await writeFile(join(folder, "onnx", "model.onnx"), "Weights");
    expect(await modelVersion(folder)).not.toBe(version);
  });

  it("refuses what is no model folder", async () => {
    await expect(modelVersion(join(parent, "none"))).rejects.toThrow(expect.objectContaining({ code: "E_FILE_NOT_FOUND" }));
    await expect(modelVersion(parent)).resolves.toBeDefined();
    await rm(folder, { recursive: true });
    await expect(modelVersion(parent)).rejects.toThrow(/holds no model/);
  });
});
