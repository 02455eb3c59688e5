import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { loadModel } from "../../src/models/load-model.js";
import { mounted } from "../mounted-disk.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
const ROWS = 3000;
let folder: string;
const at = (...names: string[]) => join(folder, ...names);

const predict = (output: string, ...more: string[]) => [
  ...["predict", "--model", at("model"), "--data", at("many.jsonl"), "--output", output, "--iterations", "2", ...more],
];
const train = (output: string, ...more: string[]) => [
  ...["train", "--model", at("model"), "--data", at("train.csv"), "--output", output, "--batch-size", "4", ...more],
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-interrupted-"));
  await writeTinyModel(folder);
  const lines = sentimentRows(ROWS).map((row, id) => JSON.stringify({ id, ...row }));
  writeFileSync(at("many.jsonl"), `${lines.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in the folder under a name, or was left there for it. */
const left = (name: string) =>
  readdirSync(folder)
    .filter((file) => file.includes(name))
    .sort();

it("two commands on one output: the second is told which process writes it, and the first is whole", async () => {
  const args = train(at("shared"), "--max-steps", "300", "--learning-rate", "0.01");
  const child = spawn(process.execPath, ["--import", "tsx", resolve("src/cli/main.ts"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  await new Promise<void>((begun) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => text.includes("training on") && begun());
  });
  expect(await runCli(args)).toBe(1);
  expect(written.stderr).toMatch(new RegExp(`shared is being written by another command: .* held by process ${child.pid}\\.`));
  expect(written.stderr).not.toContain("training on");
  const [code] = await ended;
  expect(code).toBe(0);
  expect((await loadModel(at("shared"))).labels).toEqual(["negative", "positive"]);
});

/** Runs a command in this process and presses Ctrl-C after a time; gives the exit code. */
async function interrupted(args: readonly string[], afterMs: number): Promise<number> {
  const timer = setTimeout(() => process.emit("SIGINT"), afterMs);
  try {
    return await runCli(args);
  } finally {
    clearTimeout(timer);
  }
}

const POINTS = Array.from({ length: 10 }, (_, n) => (n + 0.5) / 10);

describe("Ctrl-C at ten points", () => {
  it("baal predict: nothing under the output's name before it is whole, and the same command goes on", async () => {
    const begin = performance.now();
    expect(await runCli(predict(at("whole.jsonl")))).toBe(0);
    const totalMs = performance.now() - begin;
    const codes: number[] = [];
    for (const point of POINTS) {
      if (existsSync(at("cut.jsonl"))) break;
      codes.push(await interrupted(predict(at("cut.jsonl")), point * totalMs));
      // Nobody is left who would hold it, and the file appears with the last row.
      expect(left("cut").filter((name) => name.includes("lock"))).toEqual([]);
      expect(existsSync(at("cut.jsonl"))).toBe(codes.at(-1) === 0);
    }
    expect(codes[0]).toBe(130);
    expect(codes.every((code) => code === 0 || code === 130)).toBe(true);
    expect(written.stderr).toContain("interrupted\n");
    if (!existsSync(at("cut.jsonl"))) expect(await runCli(predict(at("cut.jsonl")))).toBe(0);
    expect(await readRows(at("cut.jsonl"))).toEqual(await readRows(at("whole.jsonl")));
    expect(left("cut")).toEqual(["cut.jsonl"]);
  });

  it("baal train: a whole model or none, and the next command goes on from the last checkpoint", async () => {
    const args = train(
      at("trained"),
      "--max-steps",
      "60",
      "--save-strategy",
      "steps",
      "--save-steps",
      "5",
      "--learning-rate",
      "0.01",
    );
    const begin = performance.now();
    expect(await runCli(args.map((arg) => (arg === at("trained") ? at("reference") : arg)))).toBe(0);
    const totalMs = performance.now() - begin;
    let resumes = false;
    for (const point of POINTS) {
      if (existsSync(at("trained"))) break;
      const checkpoints =
        existsSync(at("trained.checkpoints")) &&
        readdirSync(at("trained.checkpoints")).some((name) => name.startsWith("checkpoint"));
      resumes ||= checkpoints;
      const code = await interrupted(
        [...args, ...(checkpoints ? ["--resume-from-checkpoint"] : ["--overwrite-output-dir"])],
        point * totalMs,
      );
      expect([0, 130], written.stderr).toContain(code);
      expect(existsSync(at("trained"))).toBe(code === 0);
      expect(left("trained").filter((name) => name !== "trained" && name !== "trained.checkpoints")).toEqual([]);
    }
    if (!existsSync(at("trained"))) expect(await runCli([...args, "--resume-from-checkpoint"]), written.stderr).toBe(0);
    const [model, reference] = await Promise.all(["trained", "reference"].map((name) => loadModel(at(name))));
    // Bit for bit what an uninterrupted training comes to.
    for (const [name, { data }] of reference!.parameters) expect(model!.parameters.get(name)!.data).toEqual(data);
    expect(resumes).toBe(true);
  });
});

describe("where nothing can be written", () => {
  it("a full disk: the rows so far stay, and the command goes on when there is room", async ({ skip }) => {
    const disk = mounted("size=256k");
    if (disk === undefined) return skip("mounting a small file system needs more rights than this user has");
    const output = join(disk, "scores.jsonl");
    expect(await runCli(predict(output))).toBe(1);
    expect(written.stderr).toMatch(
      /scores\.jsonl could not be written \(ENOSPC\): the disk is full: make room, then repeat the command/,
    );
    expect(written.stderr).toMatch(/scores\.jsonl\.partial has \d+ rows: the same command goes on there/);
    expect(existsSync(output)).toBe(false);
    execFileSync("mount", ["-o", "remount,size=8m", disk]);
    expect(await runCli(predict(output)), written.stderr).toBe(0);
    expect((await readRows(output)).map(({ id }) => id)).toEqual(Array.from({ length: ROWS }, (_, id) => id));
    expect(readdirSync(disk)).toEqual(["scores.jsonl"]);
  });

  it("a full disk: a trained model is there whole or not at all", async ({ skip }) => {
    const disk = mounted("size=24k");
    if (disk === undefined) return skip("mounting a small file system needs more rights than this user has");
    expect(await runCli(train(join(disk, "model"), "--max-steps", "1"))).toBe(1);
    expect(written.stderr).toContain("the disk is full");
    expect(readdirSync(disk)).toEqual([]);
  });

  it("a read-only folder is refused before anything is computed", async ({ skip }) => {
    const target = mounted("size=64k,ro") ?? at("read-only");
    if (target === at("read-only")) mkdirSync(target, { mode: 0o555 });
    let isWritable = true;
    try {
      accessSync(target, constants.W_OK);
    } catch {
      isWritable = false;
    }
    if (isWritable) return skip("this user may write everywhere, and cannot mount a read-only file system");
    for (const args of [train(join(target, "model")), predict(join(target, "scores.csv"))]) {
      expect(await runCli(args)).toBe(1);
      expect(written.stderr).toMatch(/could not be written \((EROFS|EACCES)\)/);
      expect(written.stderr).not.toContain("training on");
    }
  });
});
