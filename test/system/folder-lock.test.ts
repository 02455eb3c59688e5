import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it, vi } from "vitest";
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

  it.each([false, true])(
    "never lets two in, when many take and release again and again (leavesNothing: %s)",
    async (leavesNothing) => {
      const folder = temporaryFolder();
      let inside = 0;
      let entered = 0;
      const worker = async () => {
        for (let attempt = 0; attempt < 15; attempt++) {
          const lock = await lockFolder(folder, "lock", { leavesNothing }).catch((error: unknown) => {
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
      if (leavesNothing) expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe("a holder that cannot be asked", () => {
  const elsewhere = { pid: 1, host: "another-machine", beats: true };
  const leaseMs = 600;
  const ago = (folder: string, ms: number) => {
    const then = new Date(Date.now() - ms);
    utimesSync(join(folder, "lock.4"), then, then);
  };
  const taken = async (folder: string) => {
    await (await lockFolder(folder, "lock", { leaseMs })).release();
    return readdirSync(folder);
  };

  it("is dead after a lease without a sign of life, and holds the folder until then", async () => {
    const folder = folderHeldBy(elsewhere);
    await expect(lockFolder(folder, "lock", { leaseMs })).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringMatching(/on the machine another-machine.*sign of life 0 s ago/),
    });
    ago(folder, 3000);
    expect(await taken(folder)).toEqual(["lock.5"]);
  });

  it.runIf(process.platform === "linux")("may be a process of the same number in a container of the same name", async () => {
    const folder = folderHeldBy({ pid: deadProcess(), beats: true, space: "pid:[1]" });
    await expect(lockFolder(folder, "lock", { leaseMs })).rejects.toMatchObject({
      code: "E_LOCKED",
      message: expect.stringContaining("in another container"),
    });
    ago(folder, 3000);
    expect(await taken(folder)).toEqual(["lock.5"]);
  });

  it("that never gave a sign is left alone, however old its lock is", async () => {
    const folder = folderHeldBy({ pid: 1, host: "another-machine" });
    ago(folder, 1e9);
    await expect(lockFolder(folder, "lock", { leaseMs, isPatient: true })).rejects.toMatchObject({
      message: expect.stringContaining("remove that file"),
    });
  });

  it("is waited for by who has the time: until it is dead, or shows that it lives", async () => {
    const dead = folderHeldBy(elsewhere);
    const lock = await lockFolder(dead, "lock", { leaseMs, isPatient: true });
    expect(readdirSync(dead)).toEqual(["lock.5"]);
    await lock.release();

    const living = folderHeldBy(elsewhere);
    const beat = setInterval(() => ago(living, 0), 50);
    await expect(lockFolder(living, "lock", { leaseMs, isPatient: true })).rejects.toEqual(locked);
    clearInterval(beat);
    expect(readdirSync(living)).toEqual(["lock.4"]);
  });

  it("goes by the clock of the file system, not by a machine's", async () => {
    const folder = folderHeldBy(elsewhere);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 1e9);
    await expect(lockFolder(folder, "lock", { leaseMs })).rejects.toEqual(locked);
    vi.restoreAllMocks();
  });
});

describe("the sign of life", () => {
  const timeOf = (folder: string) => statSync(join(folder, "lock.1")).mtimeMs;

  it("is given while the folder is held, and no longer", async () => {
    const folder = temporaryFolder();
    const lock = await lockFolder(folder, "lock", { leaseMs: 300 });
    const first = timeOf(folder);
    await expect.poll(() => timeOf(folder)).toBeGreaterThan(first);
    expect(JSON.parse(readFileSync(join(folder, "lock.1"), "utf8"))).toMatchObject({ pid: process.pid, released: false });
    await lock.release();
    const last = timeOf(folder);
    await sleep(200);
    expect(timeOf(folder)).toBe(last);
  });

  it("that came too late finds the folder with somebody else, and says so once", async () => {
    const folder = temporaryFolder();
    const onLost = vi.fn();
    const lock = await lockFolder(folder, "lock", { leaseMs: 300, onLost });
    writeFileSync(join(folder, "lock.2"), JSON.stringify({ pid: 1, host: "another-machine", released: false, beats: true }));
    await expect.poll(() => onLost.mock.calls.length).toBe(1);
    await sleep(200);
    expect(onLost).toHaveBeenCalledTimes(1);
    await lock.release();
    expect(JSON.parse(readFileSync(join(folder, "lock.2"), "utf8"))).toMatchObject({ host: "another-machine", released: false });
  });

  it("keeps no process alive", async () => {
    const module = pathToFileURL(resolve("src/system/folder-lock.ts")).href;
    const script = `import { lockFolder } from ${JSON.stringify(module)}; await lockFolder(${JSON.stringify(temporaryFolder())}, "lock");`;
    expect(
      spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { timeout: 60_000 }).status,
    ).toBe(0);
  });
});
