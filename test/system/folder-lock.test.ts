import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../src/system/folder-lock.js";
import { temporaryFolder } from "../temporary-folder.js";

const locked = expect.objectContaining({ code: "E_LOCKED" });

/** The number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

/** A folder with a lock as some process left it. */
function folderHeldBy(holder: object): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock.4"), JSON.stringify({ host: hostname(), released: false, ...holder }));
  return folder;
}

describe("lockFolder", () => {
  it("gives a folder to one at a time", async () => {
    const folder = temporaryFolder();
    const lock = await lockFolder(folder, "lock");
    await expect(lockFolder(folder, "lock")).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringContaining("this very process"),
    });
    const other = await lockFolder(folder, "other");
    await lock.release();
    await (await lockFolder(folder, "lock")).release();
    await other.release();
    expect(readdirSync(folder).sort()).toEqual(["lock.2", "other.1"]);
  });

  it("takes over from a process that is dead", async () => {
    const folder = folderHeldBy({ pid: deadProcess() });
    const { release } = await lockFolder(folder, "lock");
    expect(readdirSync(folder)).toEqual(["lock.5"]);
    await expect(lockFolder(folder, "lock")).rejects.toEqual(locked);
    await release();
  });

  it.runIf(process.platform === "linux")("takes over where another process has the number of the dead one", async () => {
    const folder = folderHeldBy({ pid: process.pid, began: "an earlier boot 123" });
    await (await lockFolder(folder, "lock")).release();
  });

  it("leaves the folder to a living process, and to one that cannot be asked", async () => {
    await expect(lockFolder(folderHeldBy({ pid: process.ppid }), "lock")).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringContaining(`process ${process.ppid}`),
    });
    const elsewhere = folderHeldBy({ pid: deadProcess(), host: "another-machine" });
    await expect(lockFolder(elsewhere, "lock")).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringMatching(/another-machine.*remove that file/),
    });
    expect(readdirSync(elsewhere)).toEqual(["lock.4"]);
  });

  it("takes over a lock that a power failure has emptied", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "lock.1"), "");
    await (await lockFolder(folder, "lock")).release();
  });

  it("lets exactly one of many take over", async () => {
    const pid = deadProcess();
    for (let round = 0; round < 20; round++) {
      const folder = folderHeldBy({ pid });
      const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder, "lock")));
      const taken = attempts.filter((attempt) => attempt.status === "fulfilled");
      expect(taken).toHaveLength(1);
      for (const attempt of attempts) if (attempt.status === "rejected") expect(attempt.reason).toEqual(locked);
      const files = readdirSync(folder);
      expect(files).toHaveLength(1);
      expect(JSON.parse(readFileSync(join(folder, files[0]!), "utf8"))).toMatchObject({ pid: process.pid, released: false });
      await taken[0]!.value.release();
    }
  });

  it("never lets two in, when many take and release again and again", async () => {
    const folder = temporaryFolder();
    let inside = 0;
    let entered = 0;
    const worker = async () => {
      for (let attempt = 0; attempt < 15; attempt++) {
        const lock = await lockFolder(folder, "lock").catch((error: unknown) => {
          expect(error).toEqual(locked);
        });
        if (!lock) continue;
        entered++;
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(entered).toBeGreaterThan(1);
  });
});
