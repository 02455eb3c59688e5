import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { sentimentRows, writeTinyModel } from "../cli/tiny-model.js";

const rows = sentimentRows(60);
const labels = ["negative", "positive"];
const config = `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="positive"/><Choice value="negative"/></Choices></View>`;

interface Served {
  readonly url: string;
  readonly modelVersion: string;
  readonly labels: readonly string[];
}

interface Result {
  readonly model_version: string;
  readonly score: number;
  readonly result: readonly {
    readonly from_name: string;
    readonly to_name: string;
    readonly value: { readonly choices: string[] };
  }[];
}

let folder: string;
const at = (name: string) => join(folder, name);

function start(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
} {
  const command = ["--import", "tsx", resolve("src/cli/main.ts"), ...args];
  // The machine's own settings must not reach the command.
  const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_HOME: at("hub"), BASIC_AUTH_USER: "", BASIC_AUTH_PASS: "" };
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"], env });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return { child, output };
}

async function baal(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { child, output } = start(...args);
  const [code] = (await once(child, "close")) as [number];
  return { code, ...output };
}

async function withServer(args: readonly string[], body: (served: Served) => Promise<void>): Promise<void> {
  const { child, output } = start("serve", "--model", at("trained"), "--port", "0", "--json", "--iterations", "5", ...args);
  const closed = once(child, "close");
  try {
    await vi.waitFor(() => expect(output.stdout, output.stderr).toContain("\n"), { timeout: 60_000 });
    await body(JSON.parse(output.stdout) as Served);
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const tasks = [rows[0]!.text, rows[1]!.text, "day bad"].map((text, id) => ({ id, data: { text } }));
const predict = (url: string) =>
  post<{ results: Result[] }>(`${url}/predict`, { project: "1.2", label_config: config, tasks }).then(({ results }) => results);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baaljs-e2e-cli-"));
  await writeTinyModel(folder);
  const steps = ["--max-steps", "60", "--learning-rate", "0.02", "--batch-size", "16", "--seed", "5"];
  const trained = await baal("train", "--data", at("train.csv"), "--model", at("model"), ...steps, "--output", at("trained"));
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("baal predict", () => {
  const summaries = new Map<string, { readonly code: number; readonly stdout: string }>();

  beforeAll(async () => {
    for (const format of ["jsonl", "csv", "parquet"]) {
      const files = ["--data", at("train.csv"), "--output", at(`scores.${format}`)];
      summaries.set(format, await baal("predict", "--model", at("trained"), ...files, "--json"));
    }
  });

  it.each(["jsonl", "csv", "parquet"])("writes every column to .%s", async (format) => {
    const file = at(`scores.${format}`);
    const { code, stdout } = summaries.get(format)!;
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      rows: 60,
      rowsBefore: 0,
      heuristic: "entropy",
      iterations: 20,
    });
    const written = await readRows(file);
    expect(written).toHaveLength(60);
    for (const [i, row] of written.entries()) {
      expect(Object.keys(row)).toEqual(["text", "label", "prediction", "probability", "uncertainty"]);
      expect(row["text"]).toBe(rows[i]!.text);
      expect([row["label"], row["prediction"]]).toEqual([rows[i]!.label, rows[i]!.label]);
      // The more probable of two classes; two classes have at most ln 2 nats.
      expect(Number(row["probability"])).toBeGreaterThanOrEqual(0.5);
      expect(Number(row["probability"])).toBeLessThanOrEqual(1);
      expect(Number(row["uncertainty"])).toBeGreaterThanOrEqual(0);
      expect(Number(row["uncertainty"])).toBeLessThanOrEqual(Math.LN2);
    }
  });

  it("gives the same numbers in all formats and for the same seed, others for another", async () => {
    const numbers = async (name: string) =>
      (await readRows(at(name))).map((row) => [Number(row["probability"]), Number(row["uncertainty"])]);
    const expected = await numbers("scores.jsonl");
    expect(await numbers("scores.csv")).toEqual(expected);
    expect(await numbers("scores.parquet")).toEqual(expected);
    for (const [seed, name] of [
      ["42", "same.csv"],
      ["43", "other.csv"],
    ] as const) {
      const args = ["--model", at("trained"), "--data", at("train.csv"), "--output", at(name), "--seed", seed, "--quiet"];
      expect(await baal("predict", ...args)).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await numbers("same.csv")).toEqual(expected);
    expect(await numbers("other.csv")).not.toEqual(expected);
  });

  it("continues a terminated run with the same settings only", async () => {
    const lines = sentimentRows(6000).map((row) => JSON.stringify(row));
    await writeFile(at("many.jsonl"), `${lines.join("\n")}\n`);
    const args = ["predict", "--model", at("trained"), "--data", at("many.jsonl"), "--output", at("many.csv"), "--json"];
    const { child } = start(...args);
    const closed = once(child, "close");
    // Past the heading: rows have been written.
    await vi.waitFor(async () => expect((await readFile(at("many.csv.partial"), "utf8")).length).toBeGreaterThan(1000), {
      timeout: 60_000,
    });
    child.kill("SIGTERM");
    expect(await closed).toEqual([143, null]);

    const changed = await baal(...args, "--iterations", "5");
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.stdout).error.code).toBe("E_DATA");
    expect(changed.stderr).toContain("iterations was 20, now 5");
    const { code, stdout } = await baal(...args);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, rows: 6000, rowsBefore: expect.any(Number) });
    expect(JSON.parse(stdout).rowsBefore).toBeGreaterThan(0);
    const written = await readRows(at("many.csv"));
    expect(written.map(({ text }) => text)).toEqual(sentimentRows(6000).map(({ text }) => text));
  });

  it("never writes over a finished file unless told to", async () => {
    const args = ["predict", "--model", at("trained"), "--data", at("train.csv"), "--output", at("scores.csv")];
    const { code, stderr } = await baal(...args);
    expect(code).toBe(1);
    expect(stderr).toContain("--overwrite");
    expect(await baal(...args, "--overwrite", "--heuristic", "bald", "--quiet")).toMatchObject({ code: 0 });
  });
});

describe("baal serve", () => {
  it("answers health, setup and predict, under the version that predict reports", async () => {
    const args = ["--model", at("trained"), "--data", at("train.csv"), "--output", at("version.jsonl"), "--json"];
    const { modelVersion } = JSON.parse((await baal("predict", ...args)).stdout) as Served;
    await withServer([], async (served) => {
      expect(served).toMatchObject({ modelVersion, labels });
      const health = await fetch(`${served.url}/health`);
      expect(await health.json()).toEqual({ status: "UP", model_class: "TextClassifier" });
      const setup = { project: "1.2", schema: config, hostname: "http://localhost:8080", access_token: "unused" };
      expect(await post(`${served.url}/setup`, setup)).toEqual({ model_version: modelVersion });

      const results = await predict(served.url);
      expect(results).toHaveLength(tasks.length);
      for (const { model_version, score, result } of results) {
        expect(model_version).toBe(modelVersion);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(result).toHaveLength(1);
        expect(result[0]).toMatchObject({ from_name: "c", to_name: "t" });
        expect(labels).toContain(result[0]!.value.choices[0]);
      }
      expect(results.slice(0, 2).map(({ result }) => result[0]!.value.choices)).toEqual([["positive"], ["negative"]]);
      expect(await predict(served.url)).toEqual(results);
      expect((await fetch(`${served.url}/nothing`)).status).toBe(404);
    });
  });

  it("turns the score round with --score-order uncertainty", async () => {
    let confident: readonly number[] = [];
    await withServer(["--score", "bald"], async ({ url }) => {
      confident = (await predict(url)).map(({ score }) => score);
    });
    await withServer(["--score", "bald", "--score-order", "uncertainty"], async ({ url }) => {
      const uncertain = (await predict(url)).map(({ score }) => score);
      for (const [i, score] of uncertain.entries()) expect(score + confident[i]!).toBeCloseTo(1, 9);
      expect(Math.max(...uncertain)).toBeGreaterThan(0);
    });
  });
});

describe("what goes wrong", () => {
  const work = (overrides: Readonly<Record<string, string>>) => {
    const options = { "--model": at("trained"), "--data": at("train.csv"), "--output": at("never.csv"), ...overrides };
    return ["predict", "--quiet", ...Object.entries(options).flat()];
  };

  it.each([
    ["an unknown option", () => [...work({}), "--nope"], 2, "unknown option '--nope'"],
    ["a value out of range", () => work({ "--iterations": "0" }), 2, "at least 1"],
    ["a data file that is not there", () => work({ "--data": "/nonexistent/d.csv" }), 1, "/nonexistent/d.csv"],
    ["a column that is not there", () => work({ "--text-column": "body" }), 1, "body"],
    ["a folder without a model", () => work({ "--model": folder }), 1, "config.json"],
    ["a path that is no folder", () => work({ "--model": "/nonexistent/model" }), 1, "/nonexistent/model"],
    ["a hub id that the cache lacks", () => work({ "--model": "org/unknown" }), 1, "org/unknown"],
  ])("%s", async (_, args, expected, message) => {
    const { code, stdout, stderr } = await baal(...args());
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    if (expected === 1) expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });
});
