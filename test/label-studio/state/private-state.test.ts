import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it, vi } from "vitest";
import { backUpStore } from "../../../src/label-studio/state/back-up-store.js";
import { restoreStore } from "../../../src/label-studio/state/restore-store.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { useClosedStore } from "./closed-store.js";
import { openTestStore } from "./open-test-store.js";
import { projectKey } from "./test-records.js";

const closedStore = useClosedStore();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(process.platform === "win32")("the state is its owner's alone", () => {
  it("from its first file on", async () => {
    const folder = join(temporaryFolder(), "state");
    const store = await openTestStore(folder);
    store.project(projectKey);
    expect(modeOf(folder)).toBe("700");
    for (const name of readdirSync(folder))
      if (name.startsWith("baal.db") || name.startsWith("lock."))
        expect([name, modeOf(join(folder, name))]).toEqual([name, "600"]);
    expect(modeOf(join(folder, "backups"))).toBe("700");
  });

  it("also where it was not before", async () => {
    const folder = closedStore();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "baal.db"), 0o644);
    await openTestStore(folder);
    expect([modeOf(folder), modeOf(join(folder, "baal.db"))]).toEqual(["700", "600"]);
  });

  it("and so are its backups, and what they are put back to", async () => {
    const folder = closedStore();
    const place = temporaryFolder();
    const archive = join(place, "copy.tar.gz");
    const copy = join(place, "copy");
    for (const target of [archive, copy]) await backUpStore(folder, target);
    expect([modeOf(archive), modeOf(copy), modeOf(join(copy, "baal.db"))]).toEqual(["600", "700", "600"]);
    const restored = join(place, "restored");
    await restoreStore(restored, archive);
    expect([modeOf(restored), modeOf(join(restored, "baal.db")), modeOf(join(restored, "models", "1", "v1"))]).toEqual([
      "700",
      "600",
      "700",
    ]);
  });
});

/** The beginning of an archive whose one file is said to have so many bytes. */
async function headerOf(size: number): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: "baal.db", size });
  for await (const header of archive) return header as Buffer;
  throw new Error("the archive is empty");
}

it("a backup that does not fit onto the disk is refused before anything is unpacked", async () => {
  const place = temporaryFolder();
  for (const [name, bytes] of [
    ["bomb.tar", await headerOf(2 ** 50)],
    ["bomb.tar.gz", gzipSync(await headerOf(2 ** 50))],
  ] as const) {
    writeFileSync(join(place, name), bytes);
    const target = join(place, `from-${name}`);
    mkdirSync(target);
    await expect(restoreStore(target, join(place, name))).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringMatching(/when it is unpacked, and \d+ MB are free/),
    });
    expect(readdirSync(target).filter((file) => !file.startsWith("lock."))).toEqual([]);
  }
});

it("a server that stood still for too long acknowledges nothing once another one has the folder", async () => {
  const folder = join(temporaryFolder(), "state");
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const store = await openStore(folder, { leaseMs: 300 });
  store.project(projectKey);
  writeFileSync(join(folder, "lock.2"), JSON.stringify({ pid: 1, host: "another-machine", released: false, beats: true }));
  await expect.poll(() => warned.mock.calls.length, { timeout: 10_000 }).toBe(1);
  expect(() => store.project(projectKey)).toThrow(expect.objectContaining({ code: "E_STORE" }));
  await store.close();
  vi.restoreAllMocks();
});

it("a server that died in another container gives way to the next one after its lease", async () => {
  const folder = join(temporaryFolder(), "state");
  mkdirSync(folder);
  writeFileSync(join(folder, "lock.1"), JSON.stringify({ pid: 1, host: "container-before", released: false, beats: true }));
  await openTestStore(folder, { leaseMs: 500 });
  expect(readdirSync(folder).filter((name) => name.startsWith("lock."))).toEqual(["lock.2"]);
});
