import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { modelVersion } from "../../src/models/checkpoint/model-version.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { modelHash, readPlan, resultKey } from "../../src/scale/plan/run-plan.js";
import { shardScorer } from "../../src/scale/score/shard-scorer.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { localModel } from "../../src/scale/work/model-copy.js";
import { captureOutput } from "../cli/captured-output.js";
import { sentimentRows, writeTinyModel } from "../cli/tiny-model.js";
import { mounted } from "../mounted-disk.js";

const written = captureOutput();
let folder: string;
const at = (name: string) => join(folder, name);
const bytes = (name: string) => readFile(at(name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-score-"));
  await writeTinyModel(folder);
  const rows = sentimentRows(95).map(({ text }, id) => ({ id, text: `${text} of ${id}` }));
  await writeFile(at("pool.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const score = (...args: string[]) =>
  runCli(["score", at("pool.jsonl"), "--model", at("model"), "--iterations", "3", "--count", "7", "--shard-rows", "20", ...args]);
const done = async (...args: string[]) => expect(await score(...args), written.stderr).toBe(0);

describe("baal score", () => {
  it.each(["topk:bald", "power:entropy", "badge", "coreset", "random"])(
    "%s: shares on one store give byte for byte what the run without shares gives",
    async (strategy) => {
      const name = strategy.replace(":", "-");
      const own = ["--strategy", strategy];
      await done(...own, "--output", at(`${name}.csv`), "--scores", at(`${name}.jsonl`));
      const shared = [...own, "--store", at(`${name}-store`), "--output", at(`${name}-shared.csv`)];
      await done(...shared, "--shard", "1/2");
      expect(written.stdout).toContain("of 5 shards");
      expect(await bytes(`${name}-shared.csv`).catch(() => "none")).toBe("none");
      // The last one merges by itself.
      await done(...shared, "--shard", "0/2", "--scores", at(`${name}-shared.jsonl`));
      expect(await bytes(`${name}-shared.csv`)).toEqual(await bytes(`${name}.csv`));
      expect(await bytes(`${name}-shared.jsonl`)).toEqual(await bytes(`${name}.jsonl`));
      const picks = await readRows(at(`${name}.csv`));
      expect(picks.map(({ baal_rank }) => Number(baal_rank))).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(new Set(picks.map(({ id }) => id)).size).toBe(7);
      expect((await readRows(at(`${name}.jsonl`))).map(({ id }) => Number(id))).toEqual(Array.from({ length: 95 }, (_, n) => n));
    },
  );

  it("gives scores that do not depend on the number of processes, nor on which is killed", async () => {
    await done("--strategy", "topk:bald", "--output", at("one.csv"), "--scores", at("one.jsonl"));
    await done("--strategy", "topk:bald", "--output", at("two.csv"), "--scores", at("two.jsonl"), "--workers", "2");
    expect(await bytes("two.jsonl")).toEqual(await bytes("one.jsonl"));
    const running = score("--strategy", "topk:bald", "--output", at("killed.csv"), "--scores", at("killed.jsonl"));
    const killed = await killChild();
    expect(await running, written.stderr).toBe(0);
    expect(killed).toBe(true);
    expect(await bytes("killed.jsonl")).toEqual(await bytes("one.jsonl"));
  });

  it("in int8 says so in its plan, and whoever scores a part does it in int8", async () => {
    await mkdir(at("wide"));
    await writeTinyModel(at("wide"), { dim: 32, hiddenDim: 64 });
    const own = ["--strategy", "topk:entropy", "--iterations", "1", "--model", at("wide/model")];
    const scored = async (name: string, ...args: string[]) => {
      await done(...own, ...args, "--output", at(`${name}.csv`), "--scores", at(`${name}.jsonl`));
      return (await readRows(at(`${name}.jsonl`))).map(({ baal_score: found }) => Number(found));
    };
    const floats = await scored("floats");
    const store = at("bytes-store");
    const bytesAtOnce = await scored("bytes", "--precision", "int8");
    expect(await score(...own, "--precision", "int8", "--store", store, "--plan")).toBe(0);
    expect(await readPlan(folderStore(store))).toMatchObject({ precision: "int8" });
    // Without the pool the plan says how.
    expect(await runCli(["score", "--store", store, "--output", at("parts.csv"), "--scores", at("parts.jsonl")])).toBe(0);
    expect(await bytes("parts.jsonl")).toEqual(await bytes("bytes.jsonl"));
    expect(bytesAtOnce).not.toEqual(floats);
    for (const [i, found] of bytesAtOnce.entries()) expect(found).toBeCloseTo(floats[i]!, 1);
  });

  it("draws with balanced masks unless its plan says nothing of masks, as plans from before there was a choice", async () => {
    const own = ["--strategy", "topk:bald", "--iterations", "5"];
    const store = at("masks-store");
    await done(...own, "--output", at("balanced.csv"), "--scores", at("balanced.jsonl"));
    expect(await score(...own, "--masks", "independent", "--store", store, "--plan")).toBe(0);
    expect(await readPlan(folderStore(store))).not.toHaveProperty("masks");
    expect(await score(...own, "--store", store, "--output", at("refused.csv"))).toBe(1);
    expect(written.stderr).toContain("masks was independent, now balanced");
    expect(await runCli(["score", "--store", store, "--output", at("old.csv"), "--scores", at("old.jsonl")])).toBe(0);
    await done(...own, "--masks", "independent", "--output", at("new.csv"), "--scores", at("new.jsonl"));
    expect(await bytes("old.jsonl")).toEqual(await bytes("new.jsonl"));
    expect(await bytes("balanced.jsonl")).not.toEqual(await bytes("new.jsonl"));
  });

  it("scores again what is damaged or torn, and ends with the same bytes", async () => {
    const store = at("damaged-store");
    await done("--output", at("whole.csv"), "--store", store);
    await damage(await resultPath(store, 1));
    await truncate(await resultPath(store, 3), 100);
    // No result of any shard.
    await writeFile(join(dirname(await resultPath(store, 0)), "notes.bin"), "");
    expect(await runCli(["score", "--store", store, "--merge", "--output", at("refused.csv")])).not.toBe(0);
    expect(written.stderr).toContain("2 of 5 shards have no result");
    await done("--output", at("again.csv"), "--store", store);
    expect(await bytes("again.csv")).toEqual(await bytes("whole.csv"));
    await damage(await resultPath(store, 2));
    await done("--output", at("resumed-whole.csv"), "--store", store, "--resume", "--shard", "0/5");
    expect(await bytes("resumed-whole.csv").catch(() => "none")).toBe("none");
    expect(written.stdout).toContain("scored 1 of 5 shards; 4 are in");
  });

  it("takes no result or model of another run that was in the store", async () => {
    const store = at("replanned-store");
    await mkdir(at("other"), { recursive: true });
    await writeTinyModel(at("other"), { dim: 16 });
    await done("--store", store, "--output", at("earlier.csv"), "--model", at("other/model"));
    await rm(join(store, "run.json"));
    await done("--store", store, "--output", at("later.csv"));
    expect(await bytes("later.csv")).toEqual(await bytes("whole.csv"));
    const plan = (await readPlan(folderStore(store)))!;
    const elsewhere = { ...plan, model: { ...plan.model, source: "/nowhere" } };
    const cache = at("replanned-cache");
    const copy = join(cache, plan.model.version);
    // Two workers of a machine at once.
    const copied = await Promise.all([1, 2].map(() => localModel(elsewhere, folderStore(store), cache)));
    expect(copied).toEqual([copy, copy]);
    await truncate(join(copy, "model.safetensors"), 10);
    expect(await localModel(elsewhere, folderStore(store), cache)).toBe(copy);
    expect(modelHash(await modelVersion(copy))).toBe(modelHash(plan.model.version));
  });

  it("notices a pool that was changed in place, whatever its size", async () => {
    const store = at("edited-store");
    const pool = at("edited.jsonl");
    const args = ["score", pool, "--model", at("model"), "--iterations", "3", "--count", "7", "--store", store, "--plan"];
    const text = await readFile(at("pool.jsonl"), "utf8");
    await writeFile(pool, text);
    expect(await runCli(args), written.stderr).toBe(0);
    await writeFile(pool, text.replace("of 50", "of 59"));
    await utimes(pool, new Date(), new Date(2020, 1, 1));
    expect(await runCli(args)).not.toBe(0);
    expect(written.stderr).toContain("has other rows than the pool");
    // The same rows with another time are the same run.
    await writeFile(pool, text);
    await utimes(pool, new Date(), new Date(2021, 1, 1));
    expect(await runCli(args), written.stderr).toBe(0);
  });

  it("lets one of two with the same output go on, where the store is beside it", async () => {
    const codes = await Promise.all([1, 2].map(() => score("--output", at("both/both.csv"))));
    expect(codes.toSorted()[0], written.stderr).toBe(0);
    expect(codes.toSorted()[1]).not.toBe(0);
    expect(written.stderr).toContain("is held by");
    expect(await readdir(at("both"))).toEqual(["both.csv"]);
    expect(await bytes("both/both.csv")).toEqual(await bytes("whole.csv"));
  });

  it("cancels, tells how far it is, and goes on", async () => {
    const store = at("cancelled-store");
    await done("--store", store, "--shard", "0/5");
    expect(await runCli(["score", "--store", store, "--status", "--json"])).toBe(0);
    expect(JSON.parse(written.stdout.trim().split("\n").at(-1)!)).toMatchObject({
      done: 1,
      shards: 5,
      rows: 95,
      isCancelled: false,
    });
    expect(await runCli(["score", "--store", store, "--cancel"])).toBe(0);
    expect(await score("--store", store, "--output", at("none.csv"))).not.toBe(0);
    expect(written.stderr).toContain("--resume");
    await done("--store", store, "--output", at("resumed.csv"), "--resume");
    expect(await bytes("resumed.csv")).toEqual(await bytes("whole.csv"));
  });

  it("refuses another model, other settings and another pool on the same store", async () => {
    const store = at("whole-store");
    await done("--store", store, "--output", at("first.csv"));
    expect(await score("--store", store, "--output", at("no.csv"), "--iterations", "4")).not.toBe(0);
    expect(written.stderr).toContain("iterations was 3, now 4");
    const plan = (await readPlan(folderStore(store)))!;
    expect(plan).toMatchObject({ rows: 95, count: 7, strategy: "power:bald", kind: "text" });
  });

  it("waits on a full disk, and goes on when there is room", async ({ skip }) => {
    const disk = mounted("size=400k");
    if (disk === undefined) return skip("mounting a small file system needs more rights than this user has");
    const store = join(disk, "store");
    const args = ["score", at("pool.jsonl"), "--model", at("model"), "--iterations", "3", "--count", "7", "--shard-rows", "20"];
    // The model does not fit, and need not: an array's task has it.
    expect(await runCli([...args, "--store", store, "--shard", "0/5"]), written.stderr).toBe(0);
    const filler = join(disk, "filler");
    const fill = () => writeFile(filler, Buffer.alloc(1 << 20)).catch(() => {});
    await fill();
    const running = runCli([...args, "--store", store, "--output", at("roomy.csv"), "--shard", "1/5"]);
    while (!written.stderr.includes("the disk is full")) await setTimeout(50);
    await rm(filler);
    expect(await running, written.stderr).toBe(0);
    expect(await readdir(dirname(await resultPath(store, 0)))).toEqual(["00000000.bin", "00000001.bin"]);
  });

  it("says what is missing", async () => {
    for (const [args, words] of [
      [["score"], "--output is missing"],
      [["score", at("pool.jsonl"), "--output", at("x.csv")], "--model is missing"],
      [["score", "--status"], "--store is needed"],
      [["score", at("pool.jsonl"), "--model", at("model"), "--output", at("x.csv"), "--shard", "2/2"], "0/2 and 1/2"],
      [["score", at("pool.jsonl"), "--model", at("model"), "--output", at("x.csv"), "--strategy", "batchbald"], "badge"],
      [["worker", "--queue", "kafka://here"], "redis://"],
    ] as const) {
      expect(await runCli(args)).not.toBe(0);
      expect(written.stderr).toContain(words);
    }
  });
});

describe("an item that cannot be scored", () => {
  it("gets an error in place of a score, whatever it is, and the others theirs", async () => {
    const rows = sentimentRows(10).map(({ text }, n) => ({ text: n === 4 ? null : text }));
    await writeFile(at("holes.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const args = ["score", at("holes.jsonl"), "--model", at("model"), "--iterations", "3", "--count", "3"];
    expect(await runCli([...args, "--output", at("h.csv"), "--scores", at("h.jsonl")]), written.stderr).toBe(0);
    const scored = await readRows(at("h.jsonl"));
    expect(scored.map(({ baal_error }) => baal_error === null)).toEqual(rows.map((_, n) => n !== 4));
    expect(scored[4]!["baal_score"]).toBeNull();
  });

  it("is found among images by halves", async () => {
    const images = at("images");
    const model = ImageClassifier.fromConfig(
      { architecture: "small-cnn", imageSize: [28, 28], numChannels: 3 },
      { labels: ["a", "b"] },
    );
    await model.save(at("image-model"));
    await rm(images, { recursive: true, force: true });
    const rows: { image: string }[] = [];
    for (let n = 0; n < 9; n++) {
      const path = at(`image-${n}.png`);
      await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 25 * n, g: 0, b: 0 } } })
        .png()
        .toFile(path);
      rows.push({ image: path });
    }
    await writeFile(rows[6]!.image, "no image");
    await writeFile(at("images.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const args = ["score", at("images.jsonl"), "--model", at("image-model"), "--iterations", "2", "--count", "2"];
    expect(await runCli([...args, "--output", at("i.csv"), "--scores", at("i.jsonl")]), written.stderr).toBe(0);
    const errors = (await readRows(at("i.jsonl"))).map(({ baal_error }) => baal_error);
    expect(errors.flatMap((error, n) => (error === null ? [] : [n]))).toEqual([6]);
  });
});

async function resultPath(store: string, shard: number): Promise<string> {
  return join(store, resultKey((await readPlan(folderStore(store)))!, shard));
}

async function damage(path: string): Promise<void> {
  const flipped = await readFile(path);
  flipped[flipped.length >> 1]! ^= 1;
  await writeFile(path, flipped);
}

/** Ends this process's child that scores, once there is one. Whether it did. */
async function killChild(): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    for (const pid of readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ")) {
      const command = pid === "" ? "" : readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("score-process")) continue;
      process.kill(Number(pid), "SIGKILL");
      return true;
    }
    await setTimeout(10);
  }
  return false;
}

it("scores nothing of another run's shard", async () => {
  const plan = (await readPlan(folderStore(at("whole-store"))))!;
  const scorer = shardScorer(plan, { folder: at("model") });
  await expect(scorer.score(0, [{ text: "one row" }])).rejects.toMatchObject({ code: "E_STORE" });
  await scorer.stop();
});
