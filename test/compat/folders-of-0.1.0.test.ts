import { cpSync, existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { cachedFeatures } from "../../src/entries/data.js";
import {
  type ExperimentConfigInput,
  prepareExperiment,
  readResults,
  runExperiment,
  writeReport,
} from "../../src/entries/experiment.js";
import {
  ActiveLearningDataset,
  ActiveLearningLoop,
  BaalTrainer,
  ImageClassifier,
  ImageDataset,
  LabellingSession,
  patchModule,
  random,
  readRows,
  TextClassifier,
  TextDataset,
} from "../../src/index.js";
import { builtCli } from "../label-studio/backend/built-cli.js";
import { startServer } from "../label-studio/backend/started-server.js";
import { TextProject } from "../label-studio/backend/text-project.js";
import { temporaryFolder } from "../temporary-folder.js";

/** What version 0.1.0 wrote, tiny, and in `expected.json` what it answered from that. Nothing in it is ever made anew. */
const kept = "test/compat/0.1.0";

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const expected = JSON.parse(readFileSync(join(kept, "expected.json"), "utf8")) as {
  readonly draws: Values;
  readonly imageDraws: Values;
  readonly features: Values;
  readonly resumed: { readonly name: string; readonly data: readonly number[] };
  readonly labelling: Record<"counts" | "labelled" | "excluded" | "answers", never>;
  readonly state: {
    readonly version: string;
    readonly labels: readonly string[];
    readonly trained: number;
    readonly choice: unknown;
  };
};

/** 0.1.0's values are kept with seven digits, and another processor may round the eighth differently. */
function expectClose(values: ArrayLike<number>, wanted: readonly number[]): void {
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, 4);
}

let folder: string;
/** A copy to work in. */
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = join(temporaryFolder(), "0.1.0");
  cpSync(kept, folder, { recursive: true });
});

async function texts(model: TextClassifier): Promise<TextDataset> {
  const { tokenizer, labels } = model;
  return new TextDataset(await readRows(at("rows.jsonl")), { tokenizer: tokenizer!, labels, targetKey: "label" });
}

describe("folders of version 0.1.0", () => {
  it("model of texts: the same draws", async () => {
    const model = await TextClassifier.fromPretrained(at("model"));
    patchModule(model);
    const trainer = new BaalTrainer({ model, args: { seed: 7 } });
    const { shape, data } = await trainer.predictOnDataset(await texts(model), { iterations: 2 });
    expect(shape).toEqual(expected.draws.shape);
    expectClose(data, expected.draws.data);
  });

  it("model of images: the same draws", async () => {
    const model = await ImageClassifier.fromPretrained(at("image-model"));
    expect(model.labels).toEqual(["dark", "light"]);
    patchModule(model);
    const pixels = (k: number) => Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + k * 91) % 256);
    const rows = [0, 1, 2].map((k) => ({ image: { width: 8, height: 8, channels: 1, data: pixels(k) } }));
    const images = new ImageDataset(rows, { processor: model.processor });
    const { data } = await new BaalTrainer({ model, args: { seed: 7 } }).predictOnDataset(images, { iterations: 2 });
    expectClose(data, expected.imageDraws.data);
  });

  it("cached features: none is computed again", async () => {
    const model = await TextClassifier.fromPretrained(at("model"));
    const before = readdirSync(at("features"));
    let fromCache: number | undefined;
    const onProgress = ({ reused }: { readonly reused: number }) => {
      fromCache = reused;
    };
    const { features } = await cachedFeatures(model, await texts(model), { folder: at("features"), onProgress });
    expectClose(features.data, expected.features.data);
    expect(fromCache).toBe(24);
    expect(readdirSync(at("features"))).toEqual(before);
  });

  it("checkpoint of a trainer: it goes on to the same weights", async () => {
    const { tokenizer, labels } = await TextClassifier.fromPretrained(at("model"));
    const config = { dim: 8, nLayers: 1, nHeads: 2, hiddenDim: 16, maxPositionEmbeddings: 16, initializerRange: 0.3 };
    const model = TextClassifier.fromConfig(config, { labels, tokenizer: tokenizer!, seed: 5 });
    const args = { maxSteps: 6, batchSize: 4, learningRate: 1e-2, seed: 5, saveStrategy: "steps", saveSteps: 3 } as const;
    const steps: number[] = [];
    const note = { onStepEnd: ({ globalStep }: { readonly globalStep: number }) => void steps.push(globalStep) };
    const goOn = { ...args, outputDir: at("training"), resumeFromCheckpoint: true };
    const trainer = new BaalTrainer({ model, args: goOn, callbacks: [note] });
    await trainer.train(await texts(model));
    expect(steps).toEqual([4, 5, 6]);
    expectClose(model.stateDict().get(expected.resumed.name)!.data, expected.resumed.data);
  });

  it("labelling session: it goes on with the next item", async () => {
    const rows = await readRows(at("rows.jsonl"));
    const dataset = new ActiveLearningDataset({
      length: rows.length,
      at: (index) => ({ index, input: rows[index]!["text"], target: undefined }),
    });
    const nothing = () => Promise.reject(new Error("random needs no predictions"));
    const loop = new ActiveLearningLoop(dataset, nothing, random(), { querySize: 4, seed: 5 });
    const session = await LabellingSession.open(at("labelling"), { dataset, loop, labels: ["negative", "positive"] });
    onTestFinished(() => session.close());
    expect(session.counts).toEqual(expected.labelling.counts);
    expect([...session.answers]).toEqual(expected.labelling.answers);
    expect(dataset.labelledIndices).toEqual(expected.labelling.labelled);
    expect(dataset.excludedIndices).toEqual(expected.labelling.excluded);
    const [item] = await session.next(1);
    await session.submit(item!.index, "negative");
    expect(session.counts.labelled).toBe(6);
  });

  const experiment = async () => {
    const config = JSON.parse(readFileSync(join(kept, "experiment.json"), "utf8")) as ExperimentConfigInput;
    return prepareExperiment(config, {});
  };

  it("experiment that was done: nothing runs again, and it is reported", async () => {
    const before = readFileSync(at("run/results.jsonl"), "utf8");
    const events: unknown[] = [];
    await runExperiment(await experiment(), { output: at("run"), threads: 1, onEvent: (event) => events.push(event) });
    expect(events).toEqual([]);
    expect(readFileSync(at("run/results.jsonl"), "utf8")).toBe(before);
    await writeReport([at("run")], { output: at("report") });
    expect(existsSync(at("report/report.html"))).toBe(true);
  });

  it("experiment that was interrupted: it goes on to the same results", async () => {
    await runExperiment(await experiment(), { output: at("run-interrupted"), threads: 1 });
    const results = await readResults(at("run-interrupted"));
    expect(results.map(({ strategy, step, labels }) => [strategy, step, labels])).toEqual(
      (await readResults(at("run"))).map(({ strategy, step, labels }) => [strategy, step, labels]),
    );
  });

  it("state of a server: the trained version serves, with its labels", { timeout: 120_000 }, async () => {
    const built = builtCli();
    onTestFinished(() => built.remove());
    const args = ["--iterations", "2", "--train-args", '{"maxSteps": 3}', "--held-out-share", "0"];
    const server = await startServer({ main: built.main, model: at("model"), dataDir: at("state"), args });
    onTestFinished(() => server.kill());
    const project = new TextProject(server, 1);
    const status = await project.status();
    expect(status).toMatchObject({ modelVersion: expected.state.version });
    expect(status.versions[0]).toMatchObject({ labels: expected.state.labels, trained: expected.state.trained });
    const { json } = await project.predict([{ id: 99, data: { text: "what a good and lovely day 3" } }]);
    expect(json.results[0]).toMatchObject({
      model_version: expected.state.version,
      result: [{ value: expected.state.choice }],
    });
    await project.label(16);
    await project.startTraining();
    expect((await project.trained({ after: 1 })).versions[0]).toMatchObject({ trained: 16 });
    expect(await server.stop()).toBe(0);
  });

  it("damaged weights are refused, and the message says what to do", async () => {
    truncateSync(at("model/model.safetensors"), 4000);
    await expect(TextClassifier.fromPretrained(at("model"))).rejects.toMatchObject({ name: "BaalError" });
  });
});
