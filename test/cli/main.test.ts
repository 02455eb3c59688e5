import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const main = resolve("src/cli/main.ts");

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly code: Promise<number>;
}

function start(...args: readonly string[]): Running {
  return startWith({}, args);
}

function startWith(environment: Readonly<Record<string, string>>, args: readonly string[]): Running {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = once(child, "close").then(([exitCode]) => exitCode as number);
  return { child, stdout: () => stdout, stderr: () => stderr, code };
}

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = start(...args);
  return { code: await code, stdout: stdout(), stderr: stderr() };
}

describe("baal", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-cli-"));
    await writeTinyModel(folder);
    const lines = sentimentRows(6000).map((row) => JSON.stringify(row));
    await writeFile(at("many.jsonl"), `${lines.join("\n")}\n`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("ends with 2 for wrong usage and names the remedy", async () => {
    const { code, stdout, stderr } = await run("serve", "--model", at("model"), "--prot", "9090");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("unknown option '--prot'\n(Did you mean --port?)");
  });

  it("trains: JSON alone on stdout, a folder that predicts its data", async () => {
    const model = ["--data", at("train.csv"), "--model", at("model")];
    const steps = ["--max-steps", "60", "--learning-rate", "0.02", "--batch-size", "16", "--eval-split", "0.2"];
    const trained = await run("train", ...model, ...steps, "--output", at("trained"), "--json");
    expect(trained).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(trained.stdout)).toMatchObject({
      steps: 60,
      trainItems: 48,
      evalItems: 12,
      labels: ["negative", "positive"],
    });
    expect(JSON.parse(trained.stdout).evaluation.accuracy).toBe(1);
    const again = await run("train", ...model, "--output", at("trained"));
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain("--overwrite-output-dir");

    const predicted = await run(
      "predict",
      "--model",
      at("trained"),
      "--data",
      at("train.csv"),
      "--output",
      at("p.csv"),
      "--quiet",
    );
    expect(predicted).toMatchObject({ code: 0, stderr: "" });
    const rows = await readRows(at("p.csv"));
    expect(Object.keys(rows[0]!)).toEqual(["text", "label", "prediction", "probability", "uncertainty"]);
    expect(rows.map((row) => row["prediction"])).toEqual(sentimentRows(60).map((row) => row.label));
  });

  it("continues an interrupted prediction to the rows of an uninterrupted one", async () => {
    const predict = (output: string) => [
      "predict",
      "--model",
      at("model"),
      "--data",
      at("many.jsonl"),
      "--output",
      at(output),
      "--json",
    ];
    const interrupted = start(...predict("part.jsonl"));
    await vi.waitFor(async () => expect((await readFile(at("part.jsonl.partial"), "utf8")).length).toBeGreaterThan(0), {
      timeout: 60_000,
    });
    interrupted.child.kill("SIGINT");
    expect(await interrupted.code).toBe(130);
    expect(interrupted.stderr()).toBe("interrupted\n");
    expect(existsSync(at("part.jsonl"))).toBe(false);
    await writeFile(at("part.jsonl.partial"), '{"text":torn', { flag: "a" });
    // A run from before masks could be chosen goes on as it began, or not at all.
    const { masks, ...settings } = JSON.parse(await readFile(at("part.jsonl.unfinished.json"), "utf8"));
    expect(masks).toBe("balanced");
    await writeFile(at("old.jsonl.unfinished.json"), JSON.stringify(settings));
    await copyFile(at("part.jsonl.partial"), at("old.jsonl.partial"));
    const refused = await run(...predict("old.jsonl"));
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("masks was independent, now balanced");
    expect((await run(...predict("old.jsonl"), "--masks", "independent")).code).toBe(0);
    expect(existsSync(at("old.jsonl"))).toBe(true);

    const [rest, whole] = await Promise.all([run(...predict("part.jsonl")), run(...predict("whole.jsonl"))]);
    expect(rest).toMatchObject({ code: 0, stderr: "" });
    const { rows, rowsBefore } = JSON.parse(rest.stdout);
    expect(rows).toBe(6000);
    expect(rowsBefore).toBeGreaterThan(0);
    expect(rowsBefore).toBeLessThan(6000);
    expect(whole.code).toBe(0);
    const [continued, uninterrupted] = await Promise.all(["part.jsonl", "whole.jsonl"].map((name) => readRows(at(name))));
    expect(continued).toEqual(uninterrupted);
    expect(existsSync(at("part.jsonl.unfinished.json"))).toBe(false);
  });

  it.each(["stdout", "stderr"] as const)("ends without a word, as a pipe does, once nobody reads its %s", async (stream) => {
    const work =
      stream === "stdout"
        ? ["predict", "--data", at("many.jsonl"), "--output", "-"]
        : ["train", "--data", at("train.csv"), "--max-steps", "5000", "--output", at("unread")];
    const folder = await mkdtemp(join(tmpdir(), "baal-unread-"));
    const { child, code, stderr } = startWith({ TMPDIR: folder }, [...work, "--model", at("model")]);
    child[stream]!.once("data", () => child[stream]!.destroy());
    expect(await code).toBe(141);
    if (stream === "stdout") expect(stderr()).not.toMatch(/EPIPE|interrupted|^\s+at /m);
    expect((await readdir(folder)).filter((name) => name.startsWith("baal"))).toEqual([]);
    expect(existsSync(at("unread"))).toBe(false);
    await rm(folder, { recursive: true });
  });

  it("serves Label Studio, says which port is in use, and ends in order", async () => {
    const server = start("serve", "--model", at("model"), "--port", "0", "--json", "--iterations", "3");
    await vi.waitFor(() => expect(server.stdout()).toContain("\n"), { timeout: 60_000 });
    const { url, port, modelVersion } = JSON.parse(server.stdout());
    const config = `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="Positive"/></Choices></View>`;
    const body = JSON.stringify({ project: "1.2", label_config: config, tasks: [{ id: 1, data: { text: "a good day" } }] });
    const response = await fetch(`${url}/predict`, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { results } = (await response.json()) as { results: { model_version: string; result: { value: unknown }[] }[] };
    expect(results[0]).toMatchObject({ model_version: modelVersion, result: [{ value: { choices: ["Positive"] } }] });

    const second = await run("serve", "--model", at("model"), "--port", String(port));
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`port ${port} is in use`);
    server.child.kill("SIGINT");
    expect(await server.code).toBe(0);
  });
});
