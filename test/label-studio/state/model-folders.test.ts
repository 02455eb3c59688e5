import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oldVersions, removeOldVersions, servingVersion, writeVersion } from "../../../src/label-studio/state/model-folders.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { projectKey } from "./test-records.js";
import { addTestVersion } from "./test-version.js";

/** A store with these versions, of which the last serves. */
async function storeWith(versions: readonly string[]): Promise<{ store: Store; id: number; path: (name: string) => string }> {
  const store = await openTestStore(temporaryFolder());
  const { id } = store.project(projectKey);
  for (const version of versions) await addTestVersion(store, id, version);
  if (versions.length > 0) store.serve(id, versions.at(-1));
  return { store, id, path: (name) => join(store.folder, "models", String(id), name) };
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[1234]! ^= 1;
  writeFileSync(path, bytes);
}

const about = { labels: ["a", "b"], trained: 1, heldOut: 1, metrics: {} };

describe("a version", () => {
  it("is a folder with checksums and a record, and does not serve until it is told to", async () => {
    const { store, id, path } = await storeWith([]);
    const record = await addTestVersion(store, id, "v1");
    expect(record).toMatchObject({ projectId: id, version: "v1", folder: `models/${id}/v1`, createdAt: expect.any(Number) });
    expect(store.versions(id)).toEqual([record]);
    expect(readdirSync(path("v1")).sort()).toEqual(["checksums.json", "config.json", "onnx"]);
    const checksums = JSON.parse(readFileSync(join(path("v1"), "checksums.json"), "utf8"));
    expect(checksums).toMatchObject({ project: projectKey, version: record });
    expect(Object.keys(checksums.files).sort()).toEqual(["config.json", "onnx/model.onnx"]);
    expect(await servingVersion(store, id)).toBeUndefined();
    store.serve(id, "v1");
    expect(await servingVersion(store, id)).toEqual(record);
    expect(() => store.serve(id, "v2")).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => store.removeVersion(id, "v1")).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(store.projectById(id)?.servingVersion).toBe("v1");
    store.serve(id, undefined);
    expect(store.projectById(id)?.servingVersion).toBeUndefined();
    store.removeVersion(id, "v1");
    expect(store.versions(id)).toEqual([]);
  });

  it("that could not be written leaves nothing behind", async () => {
    const { store, id, path } = await storeWith(["v1"]);
    const torn = writeVersion(store, { ...about, projectId: id, version: "v2" }, async (folder) => {
      await writeFile(join(folder, "half"), "half");
      throw new Error("the trainer died");
    });
    await expect(torn).rejects.toThrow("the trainer died");
    expect(readdirSync(path(""))).toEqual(["v1"]);
    expect(store.versions(id)).toHaveLength(1);
  });

  it.each(["", "..", ".hidden", "a/b", "a\\b", "v1", "x".repeat(201)])("is not called %j", async (version) => {
    const { store, id, path } = await storeWith(["v1"]);
    await expect(addTestVersion(store, id, version)).rejects.toMatchObject({ code: "E_ARGUMENT" });
    expect(readdirSync(path(""))).toEqual(["v1"]);
    await expect(addTestVersion(store, 99, "v2")).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

describe("the serving version", () => {
  it.each<[string, (folder: string) => void]>([
    ["has a byte that flipped", (folder) => flipByte(join(folder, "onnx", "model.onnx"))],
    ["was cut off", (folder) => truncateSync(join(folder, "onnx", "model.onnx"), 2999)],
    ["lacks a file", (folder) => rmSync(join(folder, "config.json"))],
    ["lacks its checksums", (folder) => rmSync(join(folder, "checksums.json"))],
    ["has torn checksums", (folder) => truncateSync(join(folder, "checksums.json"), 40)],
    ["is gone", (folder) => rmSync(folder, { recursive: true })],
  ])("that %s gives way to the one before", async (_, damage) => {
    const { store, id, path } = await storeWith(["v1", "v2", "v3"]);
    // A version behind the serving one was not good enough, and does not come to serve by an accident.
    await addTestVersion(store, id, "v4");
    damage(path("v3"));
    expect(await servingVersion(store, id)).toMatchObject({ version: "v2" });
    expect(store.projectById(id)?.servingVersion).toBe("v2");
    expect(store.events(5, id)).toMatchObject([{ level: "error", message: expect.stringMatching(/v3 is damaged: .*v2 serves/) }]);
    expect(await servingVersion(store, id)).toMatchObject({ version: "v2" });
    expect(store.events(5, id)).toHaveLength(1);
    // The record stays for the operator to see.
    expect(store.versions(id)).toHaveLength(4);
  });

  it("falls back over several damaged ones, in the end to none", async () => {
    const { store, id, path } = await storeWith(["v1", "v2", "v3"]);
    for (const version of ["v3", "v2"]) flipByte(join(path(version), "onnx", "model.onnx"));
    expect(await servingVersion(store, id)).toMatchObject({ version: "v1" });
    flipByte(join(path("v1"), "onnx", "model.onnx"));
    expect(await servingVersion(store, id)).toBeUndefined();
    expect(store.projectById(id)?.servingVersion).toBeUndefined();
    expect(store.events(1, id)[0]!.message).toContain("none serves");
  });

  it("is not taken back when a training ends while the old one is checked", async () => {
    const { store, id, path } = await storeWith(["v1", "v2"]);
    await addTestVersion(store, id, "v3");
    flipByte(join(path("v2"), "onnx", "model.onnx"));
    const checked = servingVersion(store, id);
    store.serve(id, "v3");
    expect(await checked).toMatchObject({ version: "v3" });
    expect(store.projectById(id)?.servingVersion).toBe("v3");
  });
});

describe("opening a store", () => {
  it("removes what has no record, and keeps what has one", async () => {
    const { store, id, path } = await storeWith(["v1"]);
    await store.close();
    for (const name of [".v2.0f1e.tmp", "v2"]) {
      mkdirSync(path(name));
      writeFileSync(join(path(name), "model.onnx"), "half");
    }
    mkdirSync(join(store.folder, "models", "99", "v1"), { recursive: true });
    const again = await openTestStore(store.folder);
    expect(readdirSync(path(""))).toEqual(["v1"]);
    expect(readdirSync(join(store.folder, "models", "99"))).toEqual([]);
    expect(await servingVersion(again, id)).toMatchObject({ version: "v1" });
    expect(again.events(10)).toHaveLength(3);
  });

  it("falls back where files are missing", async () => {
    const { store, id, path } = await storeWith(["v1", "v2"]);
    await store.close();
    truncateSync(join(path("v2"), "onnx", "model.onnx"), 10);
    const again = await openTestStore(store.folder);
    expect(again.projectById(id)?.servingVersion).toBe("v1");
  });
});

describe("old versions", () => {
  it.each([
    [0, ["v4", "v3", "v1"]],
    [1, ["v3", "v1"]],
    [3, ["v1"]],
    [4, []],
    [9, []],
  ])("beyond the newest %i go, never the serving one", async (keep, expected) => {
    const { store, id, path } = await storeWith(["v1", "v2", "v3", "v4"]);
    store.serve(id, "v2");
    expect(oldVersions(store, id, { keep }).map(({ version }) => version)).toEqual(expected);
    expect(store.versions(id)).toHaveLength(4);
    expect((await removeOldVersions(store, id, { keep })).map(({ version }) => version)).toEqual(expected);
    const rest = ["v1", "v2", "v3", "v4"].filter((version) => !expected.includes(version));
    expect(store.versions(id).map(({ version }) => version)).toEqual(rest);
    expect(readdirSync(path("")).sort()).toEqual(rest);
    expect(existsSync(path("v2"))).toBe(true);
  });

  it("are not removed for a number that is none", async () => {
    const { store, id } = await storeWith(["v1"]);
    for (const keep of [-1, 0.5, Number.NaN]) {
      await expect(removeOldVersions(store, id, { keep })).rejects.toMatchObject({ code: "E_ARGUMENT" });
    }
  });
});
