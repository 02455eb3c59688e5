import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { backUpStore } from "../../../src/label-studio/state/back-up-store.js";
import { servingVersion } from "../../../src/label-studio/state/model-folders.js";
import { restoreStore } from "../../../src/label-studio/state/restore-store.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { useClosedStore } from "./closed-store.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

const closedStore = useClosedStore();

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

const visible = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith("lock."));

describe("a backup", () => {
  it.each(["backup", "backup.tar", "backup.tar.gz", "backup.tgz"])("as %s brings everything back", async (name) => {
    const folder = closedStore();
    const place = temporaryFolder();
    const target = join(place, "made", name);
    const result = await backUpStore(folder, target);
    expect(result).toMatchObject({ target, versions: ["models/1/v1", "models/1/v2", "models/1/v3"], leftOut: [] });
    expect(readdirSync(join(place, "made"))).toEqual([name]);

    const restored = join(place, "restored");
    expect(await restoreStore(restored, target)).toEqual({ folder: restored, versions: result.versions, replaced: undefined });
    expect(visible(restored).sort()).toEqual(["baal.db", "models"]);
    const store = await openTestStore(restored);
    const { id } = store.findProject(projectKey)!;
    expect(store.projectById(id)).toMatchObject({ title: "Intents", labelConfig: "<View/>", servingVersion: "v3" });
    expect(store.countAnnotations(id)).toBe(500);
    expect(store.saveAnnotations(id, [annotation(7), annotation(501)])).toEqual({ stored: 0, unchanged: 2 });
    expect(await servingVersion(store, id)).toMatchObject({ version: "v3" });
    expect(store.events(10)).toEqual([]);
  });

  it("is of one moment, while a server saves", async () => {
    const folder = temporaryFolder();
    const file = fileURLToPath(new URL("./saving-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", file, folder, "0"], { stdio: ["ignore", "pipe", "inherit"] });
    let acknowledged = 0;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      acknowledged = Number(text.split("\n").at(-2));
    });
    await once(child.stdout, "data");
    const place = temporaryFolder();
    const before = [];
    for (const name of ["a", "b.tar"]) {
      before.push(acknowledged);
      await backUpStore(folder, join(place, name));
    }
    await expect(restoreStore(folder, join(place, "a"), { force: true })).rejects.toMatchObject({ code: "E_LOCKED" });
    // It has not been held up, nor stopped.
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    for (const [at, name] of ["a", "b.tar"].entries()) {
      await restoreStore(join(place, `restored-${at}`), join(place, name));
      const store = await openTestStore(join(place, `restored-${at}`));
      const { id } = store.findProject(projectKey)!;
      const saved = store.countAnnotations(id);
      expect(saved).toBeGreaterThanOrEqual(before[at]!);
      expect(store.annotations(id)).toEqual(Array.from({ length: saved }, (_, index) => annotation(index + 1)));
    }
  });

  it("leaves out damaged versions and says so", async () => {
    const folder = closedStore();
    flipByte(join(folder, "models", "1", "v3", "onnx", "model.onnx"), 5);
    mkdirSync(join(folder, "models", "1", ".v4.tmp"));
    const place = temporaryFolder();
    const { versions, leftOut } = await backUpStore(folder, join(place, "b.tar"));
    expect(versions).toEqual(["models/1/v1", "models/1/v2"]);
    expect(leftOut).toEqual([expect.stringMatching(/^models\/1\/v3: .*model\.onnx has changed/)]);
    await restoreStore(join(place, "restored"), join(place, "b.tar"));
    const store = await openTestStore(join(place, "restored"));
    expect(store.projectById(1)?.servingVersion).toBe("v2");
  });

  it.each(["backup", "backup.tar.gz"])("as %s holds what links in models/ lead to", async (name) => {
    const folder = closedStore();
    const elsewhere = temporaryFolder();
    const [file, version] = [join(folder, "models/1/v3/onnx/model.onnx"), join(folder, "models/1/v2")];
    renameSync(file, join(elsewhere, "model.bin"));
    symlinkSync(join(elsewhere, "model.bin"), file);
    renameSync(version, join(elsewhere, "v2"));
    symlinkSync(join(elsewhere, "v2"), version);
    const target = join(temporaryFolder(), name);
    expect(await backUpStore(folder, target)).toMatchObject({
      versions: ["models/1/v1", "models/1/v2", "models/1/v3"],
      leftOut: [],
    });
    const restored = join(temporaryFolder(), "restored");
    await restoreStore(restored, target);
    for (const path of ["models/1/v3/onnx/model.onnx", "models/1/v2/onnx/model.onnx"]) {
      expect(lstatSync(join(restored, path)).isFile()).toBe(true);
      expect(readFileSync(join(restored, path))).toEqual(readFileSync(join(folder, path)));
    }
  });

  it("reads nothing outside of a version's folder", async () => {
    const folder = closedStore();
    const checksums = join(folder, "models/1/v3/checksums.json");
    const about = JSON.parse(readFileSync(checksums, "utf8"));
    about.files["../../../baal.db"] = { bytes: 1, sha256: "0" };
    writeFileSync(checksums, JSON.stringify(about));
    const { leftOut } = await backUpStore(folder, join(temporaryFolder(), "backup"));
    expect(leftOut[0]).toContain(`at files["../../../baal.db"]`);
  });

  it("is not made of nothing, of a damaged database, or over something else", async () => {
    const folder = closedStore();
    const place = temporaryFolder();
    await expect(backUpStore(place, join(place, "b"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    mkdirSync(join(place, "mine"));
    writeFileSync(join(place, "mine", "letter"), "dear");
    for (const overwrite of [true, false]) {
      await expect(backUpStore(folder, join(place, "mine"), { overwrite })).rejects.toMatchObject({ code: "E_ARGUMENT" });
    }
    expect(readdirSync(join(place, "mine"))).toEqual(["letter"]);
    for (const name of ["b", "b.tar"]) {
      await backUpStore(folder, join(place, name));
      await expect(backUpStore(folder, join(place, name))).rejects.toMatchObject({ code: "E_ARGUMENT" });
      await backUpStore(folder, join(place, name), { overwrite: true });
    }
    truncateSync(join(folder, "baal.db"), 20_000);
    await expect(backUpStore(folder, join(place, "c"))).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    expect(readdirSync(place).sort()).toEqual(["b", "b.tar", "mine"]);
  });
});

describe("restoring", () => {
  it("needs force where something is, and keeps that", async () => {
    const folder = closedStore();
    const place = temporaryFolder();
    await backUpStore(folder, join(place, "b"));
    const other = temporaryFolder();
    const store = await openTestStore(other);
    store.project({ ...projectKey, project: "other" });
    await expect(restoreStore(other, join(place, "b"), { force: true })).rejects.toMatchObject({ code: "E_LOCKED" });
    await store.close();
    await expect(restoreStore(other, join(place, "b"))).rejects.toMatchObject({ code: "E_ARGUMENT" });
    writeFileSync(join(other, "notes.txt"), "not ours");
    const { replaced } = await restoreStore(other, join(place, "b"), { force: true });
    expect(existsSync(join(replaced!, "baal.db"))).toBe(true);
    expect(existsSync(join(other, "notes.txt"))).toBe(true);
    const again = await openTestStore(other);
    expect(again.projects()).toMatchObject([projectKey]);
    await again.close();
  });

  it.each<[string, (backup: string) => void]>([
    ["a changed database", (backup) => flipByte(join(backup, "baal.db"), 5000)],
    ["a missing database", (backup) => rmSync(join(backup, "baal.db"))],
    ["a changed model", (backup) => flipByte(join(backup, "models", "1", "v1", "onnx", "model.onnx"), 0)],
    ["no description", (backup) => rmSync(join(backup, "backup.json"))],
    ["a torn description", (backup) => truncateSync(join(backup, "backup.json"), 10)],
  ])("refuses %s and leaves the folder as it is", async (_, damage) => {
    const folder = closedStore();
    const backup = join(temporaryFolder(), "b");
    await backUpStore(folder, backup);
    damage(backup);
    const before = visible(folder);
    await expect(restoreStore(folder, backup, { force: true })).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    expect(visible(folder)).toEqual(before);
    expect((await openTestStore(folder)).countAnnotations(1)).toBe(500);
  });

  it("refuses archives that are torn, none, or reach out of the folder", async () => {
    const place = temporaryFolder();
    await backUpStore(closedStore(), join(place, "b.tar.gz"));
    truncateSync(join(place, "b.tar.gz"), 1500);
    writeFileSync(join(place, "none.tar"), "x".repeat(2000));
    const hostile = ["../evil", "models/1/v1/../../../../evil", "/evil", "models/1/v1/a\\..\\b", "models/1/../x/y", "baal.db/x"];
    const archives = ["b.tar.gz", "none.tar"];
    for (const [at, name] of hostile.entries()) {
      const archive = pack();
      archive.entry({ name }, "evil");
      archive.finalize();
      archives.push(`hostile-${at}.tar`);
      await pipeline(archive as unknown as NodeJS.ReadableStream, createWriteStream(join(place, `hostile-${at}.tar`)));
    }
    const link = pack();
    link.entry({ name: "models/1/v1/a", type: "symlink", linkname: "/etc/passwd" });
    link.finalize();
    archives.push("link.tar");
    await pipeline(link as unknown as NodeJS.ReadableStream, createWriteStream(join(place, "link.tar")));
    for (const name of archives) {
      await expect(restoreStore(join(place, "target"), join(place, name))).rejects.toMatchObject({ code: "E_CHECKPOINT" });
      expect(visible(join(place, "target"))).toEqual([]);
    }
    expect(readdirSync(place).sort()).toEqual([...archives, "target"].sort());
    await expect(restoreStore(join(place, "target"), join(place, "nowhere"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });

  it("that died in the middle keeps the server from starting until it is done again", async () => {
    const folder = closedStore();
    const backup = join(temporaryFolder(), "b");
    await backUpStore(folder, backup);
    writeFileSync(join(folder, "restoring"), "");
    mkdirSync(join(folder, ".restore.tmp"));
    cpSync(join(folder, "baal.db"), join(folder, ".restore.tmp", "baal.db"));
    rmSync(join(folder, "baal.db"));
    await expect(openStore(folder)).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("baal restore"),
    });
    await restoreStore(folder, backup, { force: true });
    expect((await openTestStore(folder)).countAnnotations(1)).toBe(500);
  });
});
