import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  await writeTinyModel(folder);
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  return () => vi.restoreAllMocks();
});

const choices = (control: string, label: string) => ({
  ...{ from_name: control, to_name: "text", type: "choices", value: { choices: [label] } },
});

/** Label Studio's full export of 40 tasks, the first `labelled` of which have an answer to each control. */
function writeExport(name: string, labelled: number, controls: readonly string[] = ["mood"]): void {
  const tasks = sentimentRows(40).map(({ text, label }, i) => ({
    id: 100 + i,
    data: { text: `${text} ${i}`, source: `s${i}` },
    annotations:
      i < labelled
        ? [{ id: i, completed_by: 1, result: controls.map((control) => choices(control, label)), was_cancelled: false }]
        : [],
  }));
  const json = JSON.stringify(tasks);
  writeFileSync(at(name), name.endsWith(".gz") ? gzipSync(json) : json);
}

async function result(...args: string[]): Promise<Record<string, unknown>> {
  written.stdout = "";
  expect(await runCli([...args, "--json"]), written.stderr).toBe(0);
  return JSON.parse(written.stdout) as Record<string, unknown>;
}

async function failure(...args: string[]): Promise<string> {
  written.stderr = "";
  expect(await runCli(args)).not.toBe(0);
  return written.stderr;
}

const select = (file: string) => [
  ...["select", "--model", at("model"), "--cache", at("cache"), "--data", at(file), "--count", "5", "--output", at("next.csv")],
];
const predict = (file: string) => [
  ...["predict", "--model", at("model"), "--data", at(file), "--output", at("scores.csv"), "--iterations", "2"],
];

describe("Label Studio's JSON export", () => {
  it.each(["all.json", "all.json.gz"])(
    "is picked from: tasks that nobody has answered, with what they hold (%s)",
    async (name) => {
      writeExport(name, 12);
      expect(await result(...select(name))).toMatchObject({ unlabelled: 28, labelled: 12, labels: ["negative", "positive"] });
      const picked = await readRows(at("next.csv"));
      expect(picked).toHaveLength(5);
      for (const row of picked) expect(Number(String(row["source"]).slice(1))).toBeGreaterThanOrEqual(12);
    },
  );

  it("is picked from before anybody has answered, and after one label", async () => {
    writeExport("none.json", 0);
    expect(await result(...select("none.json"))).toMatchObject({ unlabelled: 40, labelled: 0 });
    writeExport("one.json", 1);
    expect(await result(...select("one.json"), "--overwrite")).toMatchObject({ unlabelled: 39, labelled: 1 });
  });

  it("needs the control named where several were answered, for labels", async () => {
    writeExport("two.json", 12, ["mood", "tone"]);
    expect(await failure(...select("two.json"))).toMatch(/controls mood, tone: name one of them: --control/);
    expect(await result(...select("two.json"), "--control", "tone")).toMatchObject({ labelled: 12 });
  });

  it("is predicted, whatever its controls: a prediction for each task, in order", async () => {
    writeExport("two.json", 12, ["mood", "tone"]);
    expect(await result(...predict("two.json"))).toMatchObject({ rows: 40 });
    const rows = await readRows(at("scores.csv"));
    expect(rows.map(({ text }) => text)).toEqual(sentimentRows(40).map(({ text }, i) => `${text} ${i}`));
  });

  it("has the one text that its tasks hold, under the name that is asked for", async () => {
    const tasks = sentimentRows(6).map(({ text }, i) => ({ id: i, data: { body: text }, annotations: [] }));
    writeFileSync(at("body.json"), JSON.stringify(tasks));
    expect(await result(...predict("body.json"))).toMatchObject({ rows: 6 });
    const many = tasks.map((task) => ({ ...task, data: { ...task.data, title: "t" } }));
    writeFileSync(at("many.json"), JSON.stringify(many));
    expect(await failure(...predict("many.json"), "--overwrite")).toMatch(/no text "text"; name one of body, title/);
    expect(await result(...predict("many.json"), "--overwrite", "--text-column", "title")).toMatchObject({ rows: 6 });
  });

  it("is the only file that has controls", async () => {
    expect(await failure(...select("train.csv"), "--control", "mood")).toMatch(/--control is for exports of Label Studio/);
  });
});
