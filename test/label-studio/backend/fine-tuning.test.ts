import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import type { LearningBackend } from "../../../src/label-studio/backend/backend.js";
import { openBackend } from "../../../src/label-studio/backend/open-backend.js";
import type { ProjectStatus } from "../../../src/label-studio/backend/status.js";
import { livePlan } from "../../../src/label-studio/live/live-plan.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { choicesRegion } from "../simulated/records.js";
import { eventually } from "./started-server.js";
import { sentimentConfig, textOf } from "./text-project.js";

const LABELS = ["Positive", "Negative"];
const twoControls = sentimentConfig.replace(
  "</View>",
  '<Choices name="tone" toName="text"><Choice value="Calm"/><Choice value="Loud"/></Choices></View>',
);

let folder: string;
let model: string;
let backend: LearningBackend;

/** Fine-tuning with so little takes seconds; the machine may be doing other things. */
const PATIENCE = 240_000;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baaljs-tuning-"));
  model = join(folder, "encoder");
  const texts = Array.from({ length: 140 }, (_, n) => textOf(LABELS[n % 2]!, n));
  const tokenizer = trainWordPiece(texts, { vocabSize: 150 });
  const shape = { dim: 32, nLayers: 2, nHeads: 2, hiddenDim: 64, maxPositionEmbeddings: 32 };
  // An encoder from files, with vectors that are means over tokens, whose last layer is for other labels.
  const labels = ["x", "y", "z"];
  await TextClassifier.fromConfig(shape, { labels, tokenizer, seed: 1 }).save(join(folder, "drawn"));
  await (await TextClassifier.fromPretrained(join(folder, "drawn"), { labels: [...labels, "u"], pooling: "mean" })).save(model);
  backend = await openBackend({
    ...{ dataDir: join(folder, "state"), model, iterations: 4, publishEveryMs: 200 },
    training: { recipe: "solvedHead" },
    logger: pino({ level: "silent" }),
  });
}, PATIENCE);

afterAll(async () => {
  await backend?.close();
  rmSync(folder, { recursive: true, force: true });
});

class Project {
  readonly id: number;
  readonly labelConfig: string;

  constructor(id: number, labelConfig: string) {
    this.id = id;
    this.labelConfig = labelConfig;
    backend.setup({ project: this.key, hostname: "http://studio", labelConfig });
  }

  get key() {
    return `${this.id}.1700000000`;
  }

  event(action: string, payload: object = {}) {
    const created_at = new Date(1_700_000_000_000).toISOString();
    const project = { id: this.id, title: "", label_config: this.labelConfig, created_at };
    return backend.webhook({ action, ...payload, project });
  }

  /** Labels by turns, for each control of the project. */
  async label(count: number, controls: Readonly<Record<string, readonly string[]>>, from = 1) {
    const ids = Array.from({ length: count }, (_, n) => from + n);
    await this.event("ANNOTATIONS_CREATED", {
      annotation: ids.map((id) => ({
        ...{ id, task: id, completed_by: 1, was_cancelled: false, ground_truth: false },
        updated_at: new Date(1_700_000_000_000 + id).toISOString(),
        result: Object.entries(controls).map(([name, labels]) => choicesRegion(name, "text", [labels[id % 2]!])),
      })),
      task: ids.map((id) => ({ id, data: { text: textOf(LABELS[id % 2]!, id) }, project: this.id })),
    });
  }

  async status(): Promise<ProjectStatus> {
    return backend.status.snapshot().projects.find(({ project }) => project === this.key)!;
  }

  async choices() {
    const tasks = LABELS.map((label, n) => ({ id: 900 + n, data: { text: textOf(label, 130 + n) } }));
    const { results } = await backend.predict({
      project: this.key,
      hostname: "http://studio",
      labelConfig: this.labelConfig,
      tasks,
    });
    return results.map(({ model_version, result }) => ({ version: model_version, choices: result[0]?.value.choices }));
  }
}

const json = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;

describe("a pretrained encoder and enough labels", () => {
  it(
    "are fine-tuned in the background; what cross-validation keeps is a version, and heads over it are published",
    async () => {
      const project = new Project(1, sentimentConfig);
      await project.label(130, { sentiment: LABELS });
      // Nobody has asked for a training.
      const lastRun = await eventually(async () => {
        const { lastRun: run } = await project.status();
        return run !== undefined && run.status !== "running" ? run : undefined;
      }, PATIENCE);
      expect(lastRun).toMatchObject({
        ...{ status: "completed", cause: "fine-tuning", version: expect.stringMatching(/^v\d+-/) },
        message: expect.stringMatching(/^fine-tuning is kept: accuracy 100\.0 % before and 100\.0 % after/),
      });
      const { version } = lastRun;
      const state = join(folder, "state");
      const tuned = (await project.status()).versions.find((known) => known.version === version)!;
      expect(json(join(state, tuned.folder, "training.json"))).toMatchObject({ recipe: "fineTuning" });
      expect(existsSync(join(state, tuned.folder, "model.safetensors"))).toBe(true);

      // A head over the new encoder, with a name of its own.
      const head = await eventually(async () => {
        const { versions, modelVersion } = await project.status();
        const found = versions.find((known) => known.version === modelVersion);
        const path = found && join(state, found.folder, "live.json");
        return path !== undefined && existsSync(path) && json(path)["encoder"] === version ? found : undefined;
      }, PATIENCE);
      expect(head).toMatchObject({ trained: 130, labels: LABELS });
      expect(await project.choices()).toEqual(LABELS.map((label) => ({ version: head!.version, choices: [label] })));

      // The next label is in the head over that encoder; so few new ones begin no other training.
      await project.label(1, { sentiment: LABELS }, 131);
      await eventually(async () => ((await project.status()).head?.labelled === 131 ? true : undefined), PATIENCE);
      await project.choices();
      expect((await project.status()).lastRun!.id).toBe(lastRun!.id);
    },
    4 * PATIENCE,
  );
});

describe("projects that no head is solved for", () => {
  it(
    "with several controls are trained as ever, when it is asked for",
    async () => {
      const project = new Project(2, twoControls);
      await project.label(12, { sentiment: LABELS, tone: ["Calm", "Loud"] });
      expect((await project.status()).head).toBeUndefined();
      await project.event("START_TRAINING");
      const { versions, modelVersion } = await eventually(async () => {
        const status = await project.status();
        return status.versions.length > 0 && status.lastRun?.status === "completed" ? status : undefined;
      }, PATIENCE);
      expect(versions).toHaveLength(1);
      expect(versions[0]).toMatchObject({ trained: 12, labels: expect.arrayContaining(["tone/Calm", "sentiment/Positive"]) });
      expect(existsSync(join(folder, "state", versions[0]!.folder, "live.json"))).toBe(false);
      await eventually(async () => ((await project.status()).modelVersion === versions[0]!.version ? true : undefined), PATIENCE);
      expect(modelVersion).toMatch(/^(v1|base)-/);
      expect((await project.choices()).map(({ choices }) => choices)).toHaveLength(2);
    },
    2 * PATIENCE,
  );

  it("of images, or with arguments of training, say why", () => {
    const base = { kind: "image", labels: [] } as const;
    const why = (facts: object) =>
      livePlan(sentimentConfig, { base, arguments: undefined, recipe: "auto", weightBytes: 1e8, ...facts });
    expect(why({})).toMatchObject({ kind: "trained", why: expect.stringContaining("the model is none of texts") });
    const text = { base: { kind: "text", labels: [] } };
    expect(why(text)).toMatchObject({ kind: "solved" });
    expect(why({ ...text, arguments: { maxSteps: 1 } })).toMatchObject({
      kind: "trained",
      why: expect.stringContaining("arguments"),
    });
  });
});
