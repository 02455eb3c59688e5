import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { StudioState } from "../../../src/studio/api/contract.js";
import type { NextItems, Wrote } from "../../../src/studio/api/item-contract.js";
import { modelConfig, trainConfig } from "../../../src/studio/api/model-config.js";
import type { JobView } from "../../../src/studio/api/work-contract.js";
import { mounted } from "../../mounted-disk.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { type StartedStudio, startStudio } from "./started-studio.js";

const ITEMS = 300;
const WORDS = [
  ["parcel", "late", "driver", "door", "courier", "street"],
  ["card", "lost", "blocked", "bank", "number", "pin"],
] as const;
const textOf = (n: number) => {
  const words = WORDS[n % 2]!;
  return `message ${n} ${words[n % 6]} ${words[(n * 5 + 1) % 6]} ${words[(n * 7 + 2) % 6]}`;
};

/** A disk of its own with what makes it full. */
class SmallDisk {
  readonly path: string;
  #files = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Leaves that many bytes, in whole pages. */
  fill(bytes: number): void {
    const { bavail, bsize } = statfsSync(this.path);
    this.#files++;
    writeFileSync(join(this.path, `ballast-${this.#files}`), Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  }

  free(): void {
    for (const name of readdirSync(this.path)) if (name.startsWith("ballast-")) rmSync(join(this.path, name));
  }
}

interface Answer {
  readonly status: number;
  readonly json: { readonly error?: { readonly code: string; readonly message: string } };
}

async function ask(studio: StartedStudio, method: string, path: string, body?: object | string): Promise<Answer> {
  const type = typeof body === "string" ? "application/octet-stream" : "application/json";
  const response = await fetch(`${studio.url}/api/${path}`, {
    ...{ method, headers: { cookie: studio.cookie, "content-type": type } },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /\/json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, json: isJson ? (JSON.parse(text) as Answer["json"]) : {} };
}

/** Refused, and says what is to be done. */
const refused = expect.objectContaining({ code: "E_STORE", message: expect.stringMatching(/[Ff]ree some space/) });

it("keeps every label that it has acknowledged on a disk that is full, says what is wrong, and goes on by itself when there is space", async ({
  skip,
}) => {
  const path = mounted("size=40m");
  if (path === undefined) return skip("a small disk cannot be mounted here: that takes root");
  const disk = new SmallDisk(path);
  const elsewhere = temporaryFolder();
  const csv = join(elsewhere, "all.csv");
  writeFileSync(csv, `text\n${Array.from({ length: ITEMS }, (_, n) => textOf(n)).join("\n")}\n`);
  const project = join(path, "project");
  const args = [csv, "--labels", "a,b", "--model", "tfidf", "--data-dir", project, "--cache", join(elsewhere, "cache")];
  const begin = async (cookie?: string) => {
    const started = await startStudio(args, { cookie });
    onTestFinished(() => started.stop("SIGKILL"));
    return started;
  };
  let studio = await begin();
  const state = () => studio.call<StudioState>("GET", "state");
  const lastJob = async (kind: JobView["kind"]) => (await state()).jobs.find((job) => job.kind === kind);
  const kept = new Set<number>();
  const label = async (item: number, note?: string) => {
    const changes = note === undefined ? [] : [{ item, flag: "comment", value: 1, note }];
    const answers = [{ item, classes: [1 + (item % 2)] }];
    const id = `${item} ${note?.length}`;
    const answer = await ask(studio, "POST", "labels", { batchId: id, baseSeq: 1e9, via: "focus", answers, changes });
    if (answer.status === 200) kept.add(item);
    return answer;
  };
  const { items } = await studio.call<NextItems>("POST", "next", { count: 200, sort: "random" });
  const ids = items.map(({ id }) => id);
  for (const id of ids.slice(0, 20)) expect((await label(id)).status).toBe(200);
  await expect
    .poll(async () => (await state()).jobs.some(({ kind, state: how }) => kind === "features" && how === "done"))
    .toBe(true);
  await studio.call("PUT", "model", modelConfig.parse({ kind: "head", head: { type: "mlp", hidden: [1024] } }));
  const train = () => ask(studio, "POST", "train", trainConfig.parse({ epochs: 2, batchesPerEpoch: 2 }));

  const files = () =>
    readdirSync(project, { recursive: true })
      .map(String)
      .filter((name) => /(^|\/)\.(import|export)|tmp|versions\/./.test(name));

  // No space for a version, but for records.
  disk.fill(150_000);
  expect(await train()).toMatchObject({ status: 202 });
  await expect
    .poll(() => lastJob("train"))
    .toMatchObject({ state: "failed", error: expect.stringMatching(/disk is full.*Free some space/) });
  expect(files()).toEqual([]);
  disk.fill(0);
  const answers: Answer[] = [];
  for (const id of ids.slice(20, 80)) answers.push(await label(id, "x".repeat(2000)));
  expect(answers.at(-1)).toMatchObject({ status: 503, json: { error: refused } });
  for (const { status, json } of answers)
    if (status !== 200) expect({ status, json }).toMatchObject({ status: 503, json: { error: refused } });
  expect((await state()).counts.mine).toBe(kept.size);

  // What else there is to write is refused as clearly, and leaves nothing.
  const more = `text\n${Array.from({ length: 600 }, (_, n) => `another ${n} ${textOf(n)}`).join("\n")}\n`;
  const before = files();
  for (const [method, call, body] of [
    ["POST", "import?name=more.csv", more],
    ["GET", "export?format=jsonl", undefined],
    ["POST", "train", trainConfig.parse({})],
    ["PATCH", "project", { guideline: "x".repeat(20_000) }],
  ] as const) {
    const answer = await ask(studio, method, call, body);
    expect({ call, ...answer }).toMatchObject({
      call,
      status: expect.toSatisfy((status) => [503, 507].includes(status)),
      json: { error: refused },
    });
  }
  const backup = spawnSync(process.execPath, [
    ...["--import", "tsx", resolve("src/cli/main.ts"), "backup", "--data-dir", project, "--output", join(path, "backup.tar.gz")],
  ]);
  expect(backup.status).toBeGreaterThan(0);
  expect(backup.stderr.toString()).toMatch(/full/);
  expect(readdirSync(path).filter((name) => name.includes("backup"))).toEqual([]);
  expect(files()).toEqual(before);

  // Killed, it comes back on the full disk with all that it has acknowledged.
  await studio.stop("SIGKILL");
  studio = await begin(studio.cookie);
  expect((await state()).counts.mine).toBe(kept.size);
  disk.fill(0);
  let status = 200;
  for (const id of ids.slice(100)) if (status === 200) ({ status } = await label(id, "x".repeat(2000)));
  expect(status).toBe(503);

  // There is space: the very next label is kept, without a new start.
  disk.free();
  expect((await label(ids[90]!)).status).toBe(200);
  expect((await state()).counts.mine).toBe(kept.size);
  expect((await ask(studio, "POST", "import?name=more.csv", more)).status).toBe(200);
  expect((await ask(studio, "GET", "export?format=jsonl")).status).toBe(200);
  await expect.poll(train).toMatchObject({ status: 202 });
  await expect.poll(() => lastJob("train")).toMatchObject({ state: "done" });
  expect((await studio.call<Wrote>("POST", "undo")).items.map(({ id }) => id)).toEqual([ids[90]]);
  await studio.stop();
  expect(studio.child.exitCode).toBe(0);
});
