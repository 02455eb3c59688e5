import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { openStore } from "../../../src/label-studio/state/store.js";
import { automaticBackups } from "../../../src/system/automatic-backups.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { useClosedStore } from "./closed-store.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

const damages: readonly [string, (path: string) => void][] = [
  ["has another beginning", (path) => overwrite(path, 0, 100)],
  ["has lost a page in its middle", (path) => overwrite(path, 8192, 4096)],
  ["was cut off", (path) => truncateSync(path, 4096 * 9 + 100)],
  ["is empty", (path) => truncateSync(path, 0)],
  ["is missing", (path) => rmSync(path)],
];

function overwrite(path: string, from: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(path, bytes);
}

const closedStore = useClosedStore();

describe("a database that", () => {
  it.each(damages)("%s is replaced with the newest automatic backup", async (_, damage) => {
    const folder = closedStore();
    const path = join(folder, "baal.db");
    damage(path);
    const left = existsSync(path) ? readFileSync(path) : undefined;
    const store = await openTestStore(folder);
    const { id, servingVersion } = store.findProject(projectKey)!;
    expect(store.countAnnotations(id)).toBeGreaterThanOrEqual(499);
    expect(store.annotations(id)).toEqual(expect.arrayContaining([annotation(1), annotation(500)]));
    expect(servingVersion).toBe("v2");
    // Written after the backup, and found again.
    expect(store.versions(id).map(({ version, metrics }) => [version, metrics])).toEqual(
      ["v1", "v2", "v3"].map((name) => [name, { accuracy: 0.875 }]),
    );
    const messages = store.events(10).map(({ level, message }) => `${level}: ${message}`);
    expect(messages).toContainEqual(
      expect.stringMatching(/^error: The database could not be used .* baal-\d{12}\.db was restored/),
    );
    const [aside] = readdirSync(folder).filter((name) => /^baal\.db\.damaged-[\dTZ-]+$/.test(name));
    if (left === undefined) expect(aside).toBeUndefined();
    else expect(readFileSync(join(folder, aside!)).length).toBe(left.length);
    store.saveAnnotations(id, [annotation(900)]);
    await store.close();
    const again = await openTestStore(folder);
    expect(again.annotations(id)).toContainEqual(annotation(900));
    expect(again.events(10).filter(({ message }) => message.includes("could not be used"))).toHaveLength(1);
  });

  it.each(damages)("%s stops the server where there is no backup, and stays as it is", async (_, damage) => {
    const folder = closedStore();
    damage(join(folder, "baal.db"));
    rmSync(join(folder, "backups"), { recursive: true });
    const before = readdirSync(folder).filter((name) => !name.startsWith("lock"));
    for (let start = 0; start < 2; start++) {
      await expect(openStore(folder)).rejects.toMatchObject({
        code: "E_CHECKPOINT",
        message: expect.stringContaining("baal restore"),
      });
    }
    expect(readdirSync(folder).filter((name) => !name.startsWith("lock"))).toEqual(before);
  });

  it("is damaged, as is the newest backup, is replaced with the one before", async () => {
    const folder = closedStore();
    await (await openTestStore(folder)).close();
    const backups = await automaticBackups(folder);
    expect(backups.length).toBeGreaterThan(1);
    truncateSync(backups[0]!, 5000);
    rmSync(join(folder, "baal.db"));
    const store = await openTestStore(folder);
    expect(store.countAnnotations(store.findProject(projectKey)!.id)).toBeGreaterThanOrEqual(499);
  });
});

describe("automatic backups", () => {
  it("are made when something has changed, and three stay", async () => {
    const folder = temporaryFolder();
    const store = await openTestStore(folder, { backupEveryMs: 5 });
    const newest = async () => (await automaticBackups(folder))[0];
    const seen = new Set<string | undefined>();
    for (let round = 0; round < 6; round++) {
      store.project({ ...projectKey, project: String(round) });
      const before = await newest();
      await vi.waitFor(async () => expect(await newest()).not.toBe(before), { timeout: 60_000 });
      seen.add(await newest());
    }
    expect(seen.size).toBe(6);
    await vi.waitFor(async () => expect(await automaticBackups(folder)).toHaveLength(3), { timeout: 60_000 });
    const settled = await automaticBackups(folder);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await automaticBackups(folder)).toEqual(settled);
    expect(settled).toHaveLength(3);
    await store.close();
    rmSync(join(folder, "baal.db"));
    expect((await openTestStore(folder)).projects()).toHaveLength(6);
  }, 200_000);

  it("that fail are events, and the store works on", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "backups", "baal-000000000000.db.tmp", "in the way"), { recursive: true });
    const store = await openTestStore(folder);
    expect(store.project(projectKey).id).toBe(1);
    expect(store.events(1)).toMatchObject([{ level: "error", message: expect.stringContaining("automatic backup") }]);
  });
});

describe("the lock", () => {
  it("refuses a second server on the same folder, and names the process", async () => {
    const folder = temporaryFolder();
    const store = await openTestStore(folder);
    await expect(openStore(folder)).rejects.toMatchObject({ code: "E_LOCKED" });
    await store.close();

    const file = fileURLToPath(new URL("./saving-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", file, folder, "0"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.stdout.resume();
    await expect(openStore(folder)).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringContaining(`process ${child.pid}`),
    });
    child.kill("SIGKILL");
    await once(child, "close");
    await openTestStore(folder);
  });

  it("lets one of several have the folder that start at once", async () => {
    const folder = temporaryFolder();
    const opened = await Promise.allSettled([openTestStore(folder), openTestStore(folder), openTestStore(folder)]);
    expect(opened.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of opened) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "E_LOCKED" });
  });

  it("is free again after a store could not be opened", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "restoring"), "");
    await expect(openStore(folder)).rejects.toMatchObject({ code: "E_CHECKPOINT", message: expect.stringContaining("--force") });
    rmSync(join(folder, "restoring"));
    await openTestStore(folder);
  });
});
