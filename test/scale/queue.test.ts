import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { createRandom } from "../../src/core/random.js";
import { planCell } from "../../src/experiment/experiment-plan.js";
import { readPlan, resultKey, resultsOf } from "../../src/scale/plan/run-plan.js";
import { bullQueue } from "../../src/scale/queue/bull-queue.js";
import type { ShardQueue } from "../../src/scale/queue/shard-queue.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { submitRun, waitForRun } from "../../src/scale/work/run-queued.js";
import { lockFolder } from "../../src/system/folder-lock.js";
import { captureOutput } from "../cli/captured-output.js";
import { sentimentRows, writeTinyModel } from "../cli/tiny-model.js";
import { type QueueServer, queueServers } from "./queue-servers.js";

const written = captureOutput();
const child = fileURLToPath(new URL("worker-child.ts", import.meta.url));
let folder: string;
const at = (name: string) => join(folder, name);
const workers: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-queue-"));
  await writeTinyModel(folder);
  const rows = sentimentRows(240).map(({ text }, id) => ({ id, text: `${text} of ${id}` }));
  await writeFile(at("pool.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});

function worker(address: string): { readonly process: ChildProcess; readonly said: () => string } {
  let said = "";
  const process_ = spawn(process.execPath, ["--import", "tsx", child, address, at("cache")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process_.stdout.on("data", (text: Buffer) => {
    said += text.toString();
  });
  workers.push(process_);
  return { process: process_, said: () => said };
}

const plan = (store: string) =>
  runCli([
    ...["score", at("pool.jsonl"), "--model", at("model"), "--iterations", "3", "--count", "9", "--shard-rows", "10"],
    ...["--store", store, "--plan"],
  ]);
const merged = async (store: string, name: string) => {
  expect(
    await runCli(["score", "--store", store, "--merge", "--output", at(`${name}.csv`), "--scores", at(`${name}.jsonl`)]),
    written.stderr,
  ).toBe(0);
  return [await readFile(at(`${name}.csv`)), await readFile(at(`${name}.jsonl`))];
};

describe.each(queueServers)("a queue on $name", ({ name, isThere, open }) => {
  const itThere = isThere ? it : it.skip;
  let server: QueueServer;
  let queue: ShardQueue;

  beforeAll(async () => {
    if (!isThere) return;
    const own = await mkdtemp(join(tmpdir(), "baal-server-"));
    server = await open(own);
    queue = await bullQueue(server.address, { lockMs: 3000 });
  });
  afterAll(async () => {
    await queue?.close().catch(() => {});
    await server?.kill();
  });

  itThere("gives each shard to one, once, and again when its lock was not renewed", async () => {
    const jobs = [0, 1, 2].map((shard) => ({ run: "r", store: "s", shard }));
    await queue.add(jobs);
    await queue.add(jobs);
    expect(await queue.counts()).toEqual({ waiting: 3, active: 0 });
    const [first, second] = [(await queue.take())!, (await queue.take())!];
    expect(new Set([first.shard, second.shard]).size).toBe(2);
    expect(await first.renew()).toBe(true);
    expect(await first.done()).toBe(true);
    expect(await first.done()).toBe(false);
    // Whatever the clock of who gives back is, and behind the others, so that a shard that nobody can do keeps nobody from the rest.
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_600_000);
    await second.giveBack("another machine");
    clock.mockRestore();
    const rest: number[] = [];
    for (let lease = await queue.take(); lease; lease = await queue.take()) {
      rest.push(lease.shard);
      expect(await lease.done()).toBe(true);
    }
    expect(rest).toEqual([2, second.shard]);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
    await queue.add([jobs[0]!]);
    const taken = (await queue.take())!;
    // Nobody renews it; another taker looks for such locks.
    const other = await bullQueue(server.address, { lockMs: 3000 });
    let again = await other.take();
    for (let tries = 0; again === undefined && tries < 60; tries++) {
      await setTimeout(250);
      again = await other.take();
    }
    expect(again?.shard).toBe(0);
    expect(await taken.renew()).toBe(false);
    expect(await taken.done()).toBe(false);
    await taken.giveBack("too late");
    expect(await queue.counts()).toEqual({ waiting: 0, active: 1 });
    expect(await again?.done()).toBe(true);
    await other.close();
    await queue.add(jobs);
    await queue.withdraw("r");
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
  });

  itThere(
    "three workers, killed, stopped past their locks, their server killed and begun again: the bytes of one process",
    async () => {
      const alone = at(`${name}-alone`);
      expect(await plan(alone), written.stderr).toBe(0);
      expect(await runCli(["score", "--store", alone, "--output", at("alone.csv")]), written.stderr).toBe(0);
      const wanted = await merged(alone, `${name}-alone`);

      const store = folderStore(at(`${name}-store`));
      expect(await plan(store.address), written.stderr).toBe(0);
      const run = (await readPlan(store))!;
      await submitRun(run, store, queue);
      const three = [0, 1, 2].map(() => worker(server.address));
      const over = new AbortController();
      const random = createRandom(3);
      const disturbing = (async () => {
        for (let n = 0; !over.signal.aborted; n++) {
          await setTimeout(700 + 600 * random.uniform());
          const victim = three[random.integer(0, 2)]!;
          if (n === 3) {
            await server.kill();
            await setTimeout(1500);
            await server.begin();
          } else if (n % 3 === 1) {
            victim.process.kill("SIGSTOP");
            void setTimeout(4500).then(() => victim.process.kill("SIGCONT"));
          } else if (n % 3 === 2) {
            victim.process.kill("SIGKILL");
            three[three.indexOf(victim)] = worker(server.address);
          }
        }
      })();
      await waitForRun(run, store, queue);
      over.abort();
      await disturbing;
      const found = await merged(store.address, `${name}-found`);
      expect(found[1]!.equals(wanted[1]!)).toBe(true);
      expect(found[0]!.equals(wanted[0]!)).toBe(true);
      // A worker that is killed while it writes leaves a hidden file, which nobody takes for a result.
      expect((await store.list(resultsOf(run))).length).toBe(24);
    },
    180_000,
  );

  itThere("a worker with another model gives the shard back and ends; one without any takes it from the store", async () => {
    const store = folderStore(at(`${name}-other`));
    // The plan names a folder that is another model by now.
    await cp(at("model"), at(`${name}-model`), { recursive: true });
    const args = [
      "score",
      at("pool.jsonl"),
      "--model",
      at(`${name}-model`),
      "--iterations",
      "2",
      "--count",
      "3",
      "--shard-rows",
      "120",
    ];
    expect(await runCli([...args, "--store", store.address, "--plan"]), written.stderr).toBe(0);
    await writeFile(at(`${name}-model/thresholds.json`), "{}");
    const run = (await readPlan(store))!;
    await submitRun(run, store, queue);
    expect(await runCli(["worker", "--queue", server.address, "--model", at(`${name}-model`), "--once"])).not.toBe(0);
    expect(written.stderr).toContain("This run was begun with model");
    expect(await store.list(resultsOf(run))).toEqual([]);
    expect(await runCli(["worker", "--queue", server.address, "--cache", at(`${name}-cache`), "--once"]), written.stderr).toBe(0);
    expect(await store.list(resultsOf(run))).toHaveLength(2);
    expect(await readdir(at(`${name}-cache`))).toContain(run.model.version);
  });

  itThere("whoever brings the last result writes the output of a run that nobody waits for", async () => {
    const store = at(`${name}-detached`);
    const args = ["score", at("pool.jsonl"), "--model", at("model"), "--iterations", "2", "--count", "3", "--shard-rows", "120"];
    const output = at(`${name}-detached.csv`);
    const detached = (own: string, path: string) =>
      runCli([...args, "--store", own, "--queue", server.address, "--detach", "--output", path]);
    // A result that is damaged by the time at which the last one comes.
    expect(await runCli([...args, "--store", store, "--shard", "0/2"]), written.stderr).toBe(0);
    await truncate(join(store, resultKey((await readPlan(folderStore(store)))!, 0)), 100);
    expect(await detached(store, output), written.stderr).toBe(0);
    // Another run waits on the same queue all the while.
    expect(await detached(`${store}-other`, `${output}-other.csv`), written.stderr).toBe(0);
    expect(await runCli(["worker", "--queue", server.address, "--once"]), written.stderr).toBe(0);
    expect(await runCli([...args, "--output", at(`${name}-waited.csv`)]), written.stderr).toBe(0);
    const waited = await readFile(at(`${name}-waited.csv`), "utf8");
    expect(await readFile(output, "utf8")).toBe(waited);
    expect(await readFile(`${output}-other.csv`, "utf8")).toBe(waited);
  });

  itThere(
    "runs the cells of an experiment, and goes on with those whose worker was killed: the results of one process",
    async () => {
      const args = [
        "experiment",
        "--dataset",
        "intents",
        "--recipe",
        "distilbert-mini",
        "--strategies",
        "power:entropy",
        "--seeds",
        "1",
        "--threads",
        "1",
      ];
      const small = [
        "--steps",
        "2",
        "--query-size",
        "10",
        "--initial-labels",
        "40",
        "--iterations",
        "2",
        "--set",
        "training.maxSteps=4",
        "--set",
        "poolSize=60",
      ];
      expect(await runCli([...args, ...small, "--output", at(`${name}-one`), "--quiet"]), written.stderr).toBe(0);
      const run = runCli([...args, ...small, "--output", at(`${name}-cells`), "--quiet", "--queue", server.address]);
      await expect.poll(() => queue.counts(), { timeout: 60_000 }).toMatchObject({ waiting: 2 }); // random picks are compared with
      // The process of a worker that stands still has the cell's folder yet: no failure of the cell.
      const cell = join(at(`${name}-cells`), planCell("power:entropy", 1).folder);
      await mkdir(cell, { recursive: true });
      const lock = await lockFolder(cell, "lock");
      const first = worker(server.address);
      await expect.poll(first.said, { timeout: 60_000 }).toContain("is held by");
      await lock.release();
      await setTimeout(4000);
      first.process.kill("SIGKILL");
      worker(server.address);
      expect(await run, written.stderr).toBe(0);
      expect(await readFile(at(`${name}-cells/results.jsonl`), "utf8")).toBe(
        await readFile(at(`${name}-one/results.jsonl`), "utf8"),
      );
    },
    180_000,
  );
});
