import { spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bullQueue } from "../../src/scale/queue/bull-queue.js";
import { isBusy, type ShardQueue } from "../../src/scale/queue/shard-queue.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { systemClock } from "../../src/scale/work/system-clock.js";
import { workShards } from "../../src/scale/work/work-shards.js";
import { temporaryFolder } from "../temporary-folder.js";
import { type QueueServer, queueServers } from "./queue-servers.js";

const SHARDS = 6;
const child = fileURLToPath(new URL("harmed-worker.ts", import.meta.url));

/** A worker that has taken a shard and come to harm, and what it has said by its end. */
async function harmed(address: string, folder: string, harm: string) {
  const worker = spawn(process.execPath, ["--import", "tsx", child, address, folder, harm], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void worker.kill("SIGKILL"));
  let said = "";
  const ended = new Promise<string>((resolve) => worker.once("close", () => resolve(said)));
  await new Promise<void>((resolve) => {
    worker.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes("began")) resolve();
    });
    worker.once("close", () => resolve());
  });
  return { ended, goesOn: () => worker.kill("SIGCONT") };
}

describe.each(queueServers)("a worker that comes to harm in a shard, on $name", ({ name, isThere, open }) => {
  const itThere = isThere ? it : it.skip;
  let server: QueueServer;
  let queue: ShardQueue;

  beforeAll(async () => {
    if (!isThere) return;
    server = await open(await mkdtemp(join(tmpdir(), "baal-server-")));
    queue = await bullQueue(server.address, { lockMs: 1000 });
  });
  afterAll(async () => {
    await queue?.close();
    await server?.kill();
  });

  /** What it has said in the end, and how many shards were done here meanwhile: each has its result once, and nothing is left. */
  const outcome = async (harm: string) => {
    const folder = temporaryFolder();
    const store = folderStore(folder);
    await queue.add(Array.from({ length: SHARDS }, (_, shard) => ({ run: harm, store: folder, shard })));
    const other = await harmed(server.address, folder, harm);
    const won: number[] = [];
    const done = await workShards({
      ...{ queue, clock: systemClock, stays: () => isBusy(queue) },
      async work({ shard }) {
        if (await store.writeOnce(`results/${shard}`, `${shard}`)) won.push(shard);
      },
    });
    await writeFile(join(folder, "others-are-done"), "");
    other.goesOn();
    const said = (await other.ended).trim().split("\n");
    const theirs = said.flatMap((line) => /^first (\d+)/.exec(line)?.[1] ?? []).map(Number);
    expect([...won, ...theirs].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    for (let shard = 0; shard < SHARDS; shard++)
      expect(await readFile(join(folder, `results/${shard}`), "utf8")).toBe(`${shard}`);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
    return { done, troubles: said.filter((line) => line.startsWith("trouble")), last: said.at(-1)! };
  };

  itThere.each(["stopped", "blocked"])(
    "%s for longer than its lock: it says so in a line, and has done nothing",
    async (harm) => {
      const { done, troubles, last } = await outcome(harm);
      expect(done).toBe(SHARDS);
      expect(troubles).toEqual([expect.stringMatching(/^trouble shard \d: its lock was lost, .* more than 1 s/)]);
      expect(last).toBe("did 0");
    },
  );

  itThere("its clock is set back by an hour", async () => {
    const { done, troubles, last } = await outcome("clockSetBack");
    if (name === "Redis") {
      // Locks go by the server's clock.
      expect(troubles).toEqual([]);
      expect(last).toBe(`did ${SHARDS - done}`);
    } else {
      expect(done).toBe(SHARDS);
      expect(last).toMatch(/^ended E_CONFLICT This machine's clock is 3[56]\d\d s behind/);
    }
  });

  itThere("a server that is away is told of, so that nobody waits for it without end", async () => {
    await queue.add([{ run: "away", store: "s", shard: 0 }]);
    const lease = (await queue.take())!;
    await server.kill();
    await Promise.all([
      expect(queue.counts()).rejects.toThrow(),
      expect(queue.take()).rejects.toThrow(),
      expect(lease.done()).rejects.toThrow(),
    ]);
    await queue.close();
  });
});
