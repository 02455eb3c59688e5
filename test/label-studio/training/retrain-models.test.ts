import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { ModelHost } from "../../../src/host/model-host.js";
import { choicesControls } from "../../../src/label-studio/contract/choices-controls.js";
import { predictTasks } from "../../../src/label-studio/contract/predict-tasks.js";
import type { TextPredictor } from "../../../src/label-studio/contract/predictor.js";
import { textTaskModel } from "../../../src/label-studio/contract/task-model.js";
import { hostedModels } from "../../../src/label-studio/serving/hosted-models.js";
import { writeVersion } from "../../../src/label-studio/state/model-folders.js";
import { type RetrainOptions, retrainJob } from "../../../src/label-studio/training/retrain.js";
import { type TrainingEvent, TrainingQueue } from "../../../src/label-studio/training/training-queue.js";
import { ImageClassifier } from "../../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import { encode } from "../../data/images/pictures.js";
import { shade, writeTinyImageModel } from "../../host/tiny-image-model.js";
import { tinyConfig } from "../../models/tiny.js";
import { openTestStore } from "../state/open-test-store.js";
import { projectKey } from "../state/test-records.js";
import { configOf, labelled } from "./labelled.js";

const { vocabSize: _, ...config } = tinyConfig;
const places = ["home", "work", "the shop", "the door", "my office", "the station"];
const labels = ["delivery", "cancel"];
const annotations = Array.from({ length: 40 }, (_, i) => {
  const place = `${places[i % 6]} number ${i}`;
  const text = i % 2 === 0 ? `where is the parcel for ${place}` : `please stop the order to ${place}`;
  return labelled(i + 1, [labels[i % 2]!], { data: { text } });
});

/** A real store and a real queue, with trainings of few steps. */
async function setUp(options: Omit<RetrainOptions, "store" | "writeVersion">, labelConfig: string) {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-retrain-models-"));
  const store = await openTestStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { id } = store.project(projectKey, "Parcels");
  store.saveConfig(id, { labelConfig });
  const job = retrainJob({ ...options, store, writeVersion: (about, fill) => writeVersion(store, about, fill) });
  const queue = new TrainingQueue({ store, job });
  const train = async (onEvent: (event: TrainingEvent) => void = () => {}) => {
    const ended = new Promise<void>((resolve) => {
      const leave = queue.subscribe((event) => {
        onEvent(event);
        if (event.type !== "ended") return;
        leave();
        resolve();
      });
    });
    queue.request(id, "START_TRAINING");
    await ended;
    return store.runs(id, 1)[0]!;
  };
  return { store, queue, id, train, folder };
}

describe("a text model of a project", () => {
  let base: string;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "baaljs-base-"));
    base = join(folder, "base");
    const tokenizer = trainWordPiece(
      annotations.map(({ data }) => String(data["text"])),
      { vocabSize: 200 },
    );
    await TextClassifier.fromConfig(config, { labels: ["x", "y", "z"], tokenizer }).save(base);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  const trainingArguments = { maxSteps: 60, learningRate: 0.01, batchSize: 16 };

  it("is trained in its own process, measured, kept as a folder that loads, and compared with by the next", async () => {
    const settings = {
      baseModel: base,
      kind: "text",
      training: { arguments: trainingArguments, unlessWorseBy: 0.2 },
      iterations: 5,
    } as const;
    const { store, id, train, folder } = await setUp(settings, configOf([...labels, "refund"]));
    expect(await train()).toMatchObject({ status: "insufficient", message: expect.stringContaining("no annotations") });
    store.saveAnnotations(id, annotations);
    const losses: number[] = [];
    const run = await train((event) => {
      if (event.type === "progress" && event.progress.loss !== undefined) losses.push(event.progress.loss);
    });
    expect(run).toMatchObject({ status: "completed", version: expect.stringMatching(/^v1-/), message: undefined });
    expect(losses).toHaveLength(60);
    const [version] = store.versions(id);
    expect(version).toMatchObject({ version: run.version, labels });
    expect(version!.trained + version!.heldOut).toBe(40);
    expect(version!.metrics["accuracy"]).toBeGreaterThan(0.8);
    expect(store.projectById(id)?.servingVersion).toBe(run.version);

    const model = await TextClassifier.fromPretrained(join(folder, version!.folder));
    expect(model.labels).toEqual(labels);
    const rows = ["where is the parcel for you", "please stop the order to you"].map((text) => ({ text }));
    const dataset = new TextDataset(rows, { tokenizer: model.tokenizer, labels });
    const { data } = await new BaalTrainer({ model }).predictOnDataset(dataset);
    expect(data[0]! > data[1]! && data[2]! < data[3]!).toBe(true);

    store.saveAnnotations(id, [labelled(99, ["delivery"], { data: { text: "the parcel please" } })]);
    const next = await train();
    expect(next.message).toMatch(
      new RegExp(
        `accuracy \\d\\.\\d+, ${run.version} has \\d\\.\\d+ on the same ${store.versions(id)[1]!.heldOut} held-out items`,
      ),
    );
    expect(store.versions(id)).toHaveLength(2);
  });

  it("stops learning when it is cancelled, or when its process is killed, and leaves nothing behind", async () => {
    const settings = {
      baseModel: base,
      kind: "text",
      training: { arguments: { ...trainingArguments, maxSteps: 1_000_000 } },
    } as const;
    let pid: number | undefined;
    const startHost: RetrainOptions["startHost"] = async (folder, options) => {
      const host = await ModelHost.start(folder, options);
      pid = host.pid;
      return host;
    };
    const { store, queue, id, train, folder } = await setUp({ ...settings, startHost }, configOf(labels));
    store.saveAnnotations(id, annotations);
    const atStep5 = (act: () => void) => (event: TrainingEvent) => {
      if (event.type === "progress" && event.progress.phase === "training" && event.progress.step === 5) act();
    };
    expect(await train(atStep5(() => queue.cancel(id)))).toMatchObject({ status: "cancelled" });
    expect(() => process.kill(pid!, 0)).toThrow();
    const killed = await train(atStep5(() => process.kill(pid!, "SIGKILL")));
    expect(killed).toMatchObject({ status: "failed", message: expect.stringContaining("SIGKILL") });
    expect(store.versions(id)).toEqual([]);
    expect(readdirSync(folder)).not.toContain("models");
  });

  it("learns several labels per item, each with an output of its own", async () => {
    const settings = { baseModel: base, kind: "text", training: { arguments: trainingArguments }, iterations: 5 } as const;
    const { store, id, train } = await setUp(settings, configOf(labels, 'choice="multiple"'));
    const both = labelled(50, labels, { data: { text: "where is the parcel please stop the order" } });
    store.saveAnnotations(id, [...annotations, both]);
    expect(await train()).toMatchObject({ status: "completed" });
    const { metrics } = store.versions(id)[0]!;
    expect(metrics["accuracy"]).toBeGreaterThan(0.8);
    expect(metrics["microF1"]).toBeGreaterThan(0.8);
  });

  it("is trained on items of none of several labels without a class for them, and answers with the choice that says so", async () => {
    const settings = {
      ...({ baseModel: base, kind: "text", training: { arguments: trainingArguments }, iterations: 5 } as const),
      outOfScopeChoice: () => "none",
    };
    const { store, id, train } = await setUp(settings, configOf([...labels, "none"], 'choice="multiple"'));
    const others = Array.from({ length: 20 }, (_, i) =>
      labelled(60 + i, ["none"], { data: { text: `my office number ${i} the door the shop` } }),
    );
    store.saveAnnotations(id, [...annotations, ...others]);
    expect(await train()).toMatchObject({ status: "completed" });
    const [version] = store.versions(id);
    expect(version!.labels).toEqual(labels);
    expect(version!.metrics["accuracy"]).toBeGreaterThan(0.8);
    expect(version!.metrics["outOfScopeRecall"]).toBeGreaterThan(0.8);
  });
});

describe("a model of a project that asks for numbers", () => {
  it("learns them in their own unit, is measured by its errors, compared by one, and served", async () => {
    const folder = mkdtempSync(join(tmpdir(), "baaljs-base-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const base = join(folder, "base");
    const texts = annotations.map(({ data }) => String(data["text"]));
    const tokenizer = trainWordPiece(texts, { vocabSize: 200 });
    await TextClassifier.fromConfig(config, { labels: ["x", "y", "z"], tokenizer }).save(base);
    const trainingArguments = { maxSteps: 80, learningRate: 0.01, batchSize: 16 };
    const training = { arguments: trainingArguments, unlessWorseBy: 0.5, compareBy: "rootMeanSquaredError" } as const;
    const labelConfig = `<View><Text name="t" value="$text"/><Number name="pounds" toName="t" min="0" max="90000"/>
      <Rating name="stars" toName="t"/></View>`;
    const {
      store,
      id,
      train,
      folder: state,
    } = await setUp({ baseModel: base, kind: "text", training, iterations: 5 }, labelConfig);
    const region = (name: string, type: string, value: number) => ({
      from_name: name,
      to_name: "t",
      type,
      value: { [type]: value },
    });
    store.saveAnnotations(
      id,
      annotations.map((one, i) => ({
        ...one,
        result: [region("pounds", "number", i % 2 === 0 ? 20_000 : 60_000), region("stars", "rating", i % 2 === 0 ? 5 : 1)],
      })),
    );
    expect(await train()).toMatchObject({ status: "completed", message: undefined });
    const [version] = store.versions(id);
    expect(version!.metrics["pounds/r2"]).toBeGreaterThan(0.8);
    expect(version!.metrics["pounds/rootMeanSquaredError"]).toBeGreaterThan(1);
    expect(version!.metrics["stars/r2"]).toBeGreaterThan(0.8);

    const model = await hostedModels({ patch: {} })({ key: "v", folder: join(state, version!.folder), kind: "text" });
    onTestFinished(() => model.stop());
    const { controls } = choicesControls(labelConfig, "text");
    const tasks = texts.slice(0, 2).map((text, n) => ({ id: n, data: { text } }));
    const settings = { modelVersion: "v", iterations: 5, seed: 1 };
    const { results } = await predictTasks(tasks, controls, textTaskModel(model.predictor as TextPredictor), settings);
    const [parcel, order] = results.map(({ result }) => result.map(({ value }) => value.number ?? value.rating ?? 0));
    expect(Math.abs(parcel![0]! - 20_000)).toBeLessThan(12_000);
    expect(Math.abs(order![0]! - 60_000)).toBeLessThan(12_000);
    expect(parcel![1]! - order![1]!).toBeGreaterThanOrEqual(3);
    expect(results.every(({ score }) => score > 0 && score < 1)).toBe(true);

    expect((await train()).message).toMatch(
      /pounds\/rootMeanSquaredError [\d.]+, v1-\w+ has [\d.]+; stars\/rootMeanSquaredError .* on the same \d+ held-out items/,
    );
  });
});

describe("an image model of a project", () => {
  it("learns from the images that tasks name; those that cannot be had are left out", async () => {
    const { folder: base, remove } = await writeTinyImageModel(["dark", "light"]);
    onTestFinished(remove);
    const { processor } = await ImageClassifier.fromPretrained(base);
    const names = ["night", "day"];
    const choices = names.map((name) => `<Choice value="${name}"/>`).join("");
    const trainingArguments = { maxSteps: 150, learningRate: 0.02, batchSize: 20 };
    const settings = {
      baseModel: base,
      kind: "image",
      images: { processor },
      training: { arguments: trainingArguments },
      iterations: 5,
    } as const;
    const { store, id, train } = await setUp(
      settings,
      `<View><Image name="t" value="$image"/><Choices name="c" toName="t">${choices}</Choices></View>`,
    );
    const pictures = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const png = await encode(shade((i % 2) * 190 + i))
          .png()
          .toBuffer();
        return labelled(i + 1, [names[i % 2]!], { data: { image: `data:image/png;base64,${png.toString("base64")}` } });
      }),
    );
    const bad = ["/data/upload/1/a.png", "data:image/png;base64,iVBORw0KGgo=", ""];
    store.saveAnnotations(id, [...pictures, ...bad.map((image, i) => labelled(100 + i, ["day"], { data: { image } }))]);
    expect(await train()).toMatchObject({ status: "completed" });
    const [version] = store.versions(id);
    expect(version!.trained + version!.heldOut).toBe(40);
    expect(version!.metrics["accuracy"]).toBeGreaterThan(0.8);
    expect(store.events(9).map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 annotations are left out, their tasks have no text or image/),
        expect.stringMatching(/^2 of 42 images could not be loaded, their tasks are left out; of task 110\d: /),
      ]),
    );
  });
});
