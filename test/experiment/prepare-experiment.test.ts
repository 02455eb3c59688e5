import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig, writeSentences } from "./tiny-config.js";

describe("prepareExperiment", () => {
  let folder: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    await writeSentences(folder);
  });
  const prepare = (changes: Record<string, unknown>) => prepareExperiment({ ...tinyConfig(folder), ...changes }, {});
  const dataset = () => tinyConfig(folder)["dataset"] as Record<string, unknown>;

  it("reads the data, with a checksum of each file", async () => {
    const { about, labels, pool, initialCount } = await prepare({ initialLabels: { perClass: 2 } });
    expect(labels).toEqual(["food", "oos", "weather"]);
    expect(about).toMatchObject({ name: "text-file", items: { train: 60, validation: 30, test: 30 }, classes: 3 });
    expect(about.files.map(({ name }) => name)).toEqual(["train.jsonl", "validation.jsonl", "test.jsonl"]);
    expect(about.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    expect([pool.length, initialCount]).toEqual([60, 6]);
  });

  it("keeps items out of scope away from a model that recognises them by a threshold", async () => {
    const { labels, pool } = await prepare({ outOfScope: { label: "oos", protocol: "threshold" } });
    expect(labels).toEqual(["food", "weather"]);
    expect(pool.some(({ kind }) => kind === "oos")).toBe(false);
  });

  it("gives all strategies draws that items share where one of them needs such", async () => {
    for (const changes of [{ strategies: ["batchbald", "badge"] }, { initialLabels: { strategy: "batchbald", count: 4 } }]) {
      const { config } = await prepare(changes);
      expect(config.model).toMatchObject({ patch: { consistent: true } });
    }
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ querySize: 49 }, "E_ARGUMENT", "The pool has 60 items: too few for 12 initial labels and a query of 49"],
    [{ querySize: 10, poolSize: 9 }, "E_ARGUMENT", "more than the 9 items that it is picked from (poolSize)"],
    [{ strategies: ["topk:bald"], iterations: 1 }, "E_ARGUMENT", "iterations is at least 2"],
    [{ initialLabels: { strategy: "batchbald", count: 4 }, iterations: 1 }, "E_ARGUMENT", "batchbald needs draws"],
    [{ dataset: { name: "nope" } }, "E_ARGUMENT", 'no data set "nope"; dataset.name is one of intents, shapes, clinc_oos'],
    [{ dataset: { path: "/nonexistent/a.csv" } }, "E_FILE_NOT_FOUND", "/nonexistent/a.csv"],
    [{ dataset: { name: "intents", colour: 1 } }, "E_ARGUMENT", "colour"],
    [{ initialLabels: { classes: { snacks: 2 } } }, "E_DATA", 'no item has the label "snacks"'],
    [{ initialLabels: { perClass: 21 } }, "E_DATA", 'asks for 21 items of "food"; the pool has 20'],
    [{ outOfScope: { label: "nothing" } }, "E_DATA", 'no item has the label "nothing"'],
    [{ outOfScope: {} }, "E_ARGUMENT", "outOfScope.label is needed"],
    [{ evaluation: { metrics: ["f2"] } }, "E_ARGUMENT", "There is no metric f2"],
    [{ targets: { outOfScopeAuroc: [0.9] } }, "E_ARGUMENT", "There is no metric outOfScopeAuroc"],
    [
      { stopping: { earlyStopping: { metric: "f2", patience: 1 } } },
      "E_ARGUMENT",
      "stopping.earlyStopping: there is no metric f2",
    ],
    [{ evaluation: { rareClasses: ["snacks"] } }, "E_DATA", "rareClasses"],
    [{ model: { recipe: "bert-huge" } }, "E_FILE_NOT_FOUND", 'no built-in model "bert-huge"'],
    [{ dataset: { name: "shapes" }, model: { architecture: "vgg99" } }, "E_ARGUMENT", "vgg99"],
    [{ dataset: { name: "shapes" }, model: { architecture: "small-cnn", chanels: [4] } }, "E_ARGUMENT", "chanels"],
    [{ model: { architecture: "small-cnn" } }, "E_ARGUMENT", "The model reads images"],
    [{ strategies: ["topk:bald"], model: { recipe: "distilbert-mini", patch: false } }, "E_ARGUMENT", "topk:bald needs draws"],
    [
      { strategies: [{ name: "power:bald", beta: 4 }], model: { recipe: "distilbert-mini", patch: false } },
      ...(["E_ARGUMENT", "power:bald (beta 4) needs draws"] as const),
    ],
    [{ training: { classWeights: [1, 2] } }, "E_ARGUMENT", "there are 3 classes"],
  ])("refuses %j before anything starts", async (changes, code, message) => {
    await expect(prepare(changes)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ labelColumn: "intent" }, "E_DATA", '"intent"'],
    [{ textColumn: "utterance" }, "E_DATA", '"utterance"'],
    [{ labels: ["food", "oos"] }, "E_DATA", "lacks weather"],
    [{ labels: ["food", "oos", "weather", "sport"] }, "E_DATA", "no item has the label sport"],
    [{ keep: { sport: 0.1 } }, "E_ARGUMENT", '"sport"'],
    [{ classes: ["food", "sport"] }, "E_DATA", "no training item has the label sport; there are food, oos, weather"],
    [{ classes: ["food"] }, "E_ARGUMENT", "classes"],
    [{ testShare: 0.2 }, "E_ARGUMENT", "have a test set of their own"],
  ])("refuses the data set's %j", async (changes, code, message) => {
    await expect(prepare({ dataset: { ...dataset(), ...changes } })).rejects.toMatchObject({
      ...{ code, message: expect.stringContaining(message) },
    });
  });

  it("takes the items of some classes alone", async () => {
    const { data, labels, pool } = await prepare({ dataset: { ...dataset(), classes: ["food", "weather"] } });
    expect(labels).toEqual(["food", "weather"]);
    expect([pool, data.validation, data.test].map((rows) => rows.length)).toEqual([40, 20, 20]);
    expect([...pool, ...data.validation, ...data.test].some(({ kind }) => kind === "oos")).toBe(false);
  });

  it("never lets test items stand in for validation items", async () => {
    const { validationPath: _, ...rest } = dataset();
    const changes = { dataset: rest, outOfScope: { label: "oos", protocol: "threshold" } };
    await expect(prepare(changes)).rejects.toMatchObject({ message: expect.stringContaining("validationShare") });
    const stopping = { dataset: rest, training: { evalStrategy: "epoch" } };
    await expect(prepare(stopping)).rejects.toMatchObject({ message: expect.stringContaining("validationShare") });
    await expect(prepare({ dataset: rest, stopping: { earlyStopping: { patience: 1 } } })).rejects.toMatchObject({
      message: expect.stringContaining("validationShare"),
    });
    await expect(prepare({ dataset: rest, strategies: ["topk:epig"] })).rejects.toMatchObject({
      message: expect.stringContaining("validationShare"),
    });
  });

  it("needs something to test on", async () => {
    await writeFile(join(folder, "alone.csv"), "text,label\na b,x\nc d,y\n");
    const alone = { dataset: { path: join(folder, "alone.csv") } };
    await expect(prepare(alone)).rejects.toMatchObject({ message: expect.stringContaining("testShare") });
  });
});
