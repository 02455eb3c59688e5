import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import { readRows } from "../../../src/data/rows/stream-rows.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { modelConfig, trainConfig } from "../../../src/studio/api/model-config.js";
import type { Brain } from "../../../src/studio/model/brain.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import { captureOutput } from "../../cli/captured-output.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestProject } from "../store/open-test-project.js";

const written = captureOutput();
const NAMES = ["alarm_set", "book_flight", "weather"];

/** An encoder with weights drawn at random, whose vectors are of any length (`"pooler"`) or, a sentence encoder's, of length 1. */
async function encoderFolder(kind: "pooler" | "sentence", texts: readonly string[]): Promise<string> {
  const folder = join(temporaryFolder(), "encoder");
  const tokenizer = trainWordPiece([...texts], { vocabSize: 400 });
  const shape = { dim: 24, nLayers: 2, nHeads: 2, hiddenDim: 32 };
  await TextClassifier.fromConfig(shape, { labels: ["0", "1"], seed: 5, tokenizer }).save(folder);
  if (kind === "pooler") return folder;
  const parts = ["Transformer", "Pooling", "Normalize"];
  const modules = parts.map((part, idx) => ({
    ...{ idx, name: String(idx), path: idx === 0 ? "" : `${idx}_${part}`, type: `sentence_transformers.models.${part}` },
  }));
  writeFileSync(join(folder, "modules.json"), JSON.stringify(modules));
  for (const { path } of modules) mkdirSync(join(folder, path), { recursive: true });
  const pooling = { word_embedding_dimension: 24, pooling_mode_mean_tokens: true };
  writeFileSync(join(folder, "1_Pooling", "config.json"), JSON.stringify(pooling));
  return folder;
}

interface Project {
  readonly brain: Brain;
  readonly store: StudioStore;
  /** Texts by item. */
  readonly texts: ReadonlyMap<number, string>;
  readonly folder: string;
}

/** 60 texts of three intents, half of them labelled, ranked by the head of their labels. */
async function openProject(encoder: (texts: readonly string[]) => Promise<string>): Promise<Project> {
  const folder = temporaryFolder();
  const { train } = await loadEmbeddedIntents();
  const intents = [...new Set(train.map(({ intent }) => intent))].filter((name) => name !== "oos").slice(0, NAMES.length);
  const rows = intents.flatMap((name) => train.filter(({ intent }) => intent === name).slice(0, 20));
  const store = await openTestProject(join(folder, "project"));
  store.beginProject({ kind: "text", task: "single", seed: 1 });
  const labels = new Map(intents.map((name, c) => [name, store.addLabel({ name: NAMES[c]! }).id]));
  store.importItems(rows.map(({ text }, n) => ({ content: text, source: `row ${n}` })));
  const texts = new Map(store.items().map(({ id, content }) => [id, content]));
  const intentOf = new Map(rows.map(({ text, intent }) => [text, intent]));
  const learnt = [...texts].filter((_, n) => n % 2 === 0);
  const changes = learnt.flatMap(([item, text]) => store.answerChanges(item, "ann", [labels.get(intentOf.get(text)!)!]));
  store.write({ id: "all", user: "ann", changes, baseSeq: store.seq() });
  const brain = openBrain({
    ...{ store, encoder: await encoder([...texts.values()]), cacheFolder: join(folder, "cache"), onEvent() {} },
  });
  onTestFinished(() => brain.close());
  await vi.waitFor(() => expect([brain.status().version, brain.status().isRanking]).toEqual(["live", false]), {
    ...{ timeout: 60_000, interval: 50 },
  });
  return { brain, store, texts, folder };
}

/** What `baal predict` says of all texts, beside what the studio shows of them. */
async function expectTheSame({ brain, store, texts, folder }: Project, model: string): Promise<void> {
  const nameOf = new Map(store.labels().map(({ id, name }) => [id, name]));
  const [data, output] = [join(folder, "all.jsonl"), join(folder, `${basename(model)}-out.jsonl`)];
  writeFileSync(data, [...texts.values()].map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const args = ["--model", model, "--data", data, "--output", output, "--iterations", "1"];
  expect(await runCli(["predict", ...args]), written.stderr).toBe(0);
  const said = await readRows(output);
  for (const [n, item] of [...texts.keys()].entries()) {
    const [first] = brain.suggestions(item);
    expect(said[n]!["prediction"]).toBe(nameOf.get(first!.label));
    expect(Math.abs(Number(said[n]!["probability"]) - first!.probability)).toBeLessThan(1e-5);
  }
}

/** What is trained on which vectors. */
const VERSIONS = {
  pooler: [{ kind: "solved" }, { kind: "head", head: { type: "mlp", hidden: [16] }, dropout: 0.1 }],
  sentence: [{ kind: "head", normalise: true, dropout: 0 }],
} as const;

describe("a model that is exported reads what the items are", () => {
  it.each(["pooler", "sentence"] as const)(
    "texts by a %s encoder: the head of the labels, and trained versions",
    async (kind) => {
      const project = await openProject((texts) => encoderFolder(kind, texts));
      const { brain, folder } = project;
      await brain.saveModel(join(folder, "live"));
      await expectTheSame(project, join(folder, "live"));
      const whole = await TextClassifier.fromPretrained(join(folder, "live"));
      expect(whole.pooling).toEqual(kind === "sentence" ? ["mean"] : "pooler");
      expect(whole.calibrator).toBeDefined();
      for (const [n, model] of VERSIONS[kind].entries()) {
        brain.setModel(modelConfig.parse(model));
        const { id } = brain.train(trainConfig.parse({ epochs: 1, batchesPerEpoch: 20, learningRate: 0.05 }));
        await vi.waitFor(() => expect(brain.jobs().find((job) => job.id === id)!.state).toBe("done"), { timeout: 60_000 });
        await vi.waitFor(() => expect(brain.status().version).toBe(`v${n + 1}`), { timeout: 60_000 });
        await brain.saveModel(join(folder, `version${n}`));
        await expectTheSame(project, join(folder, `version${n}`));
      }
    },
  );

  it("words alone are no network: the head by itself, which reads vectors", async () => {
    const { brain, folder } = await openProject(() => Promise.resolve("tfidf"));
    await brain.saveModel(join(folder, "live"));
    const head = await HeadClassifier.fromPretrained(join(folder, "live"));
    expect(head.labels).toEqual(NAMES);
    expect(head.config.isUnitLength).toBe(true);
  });
});
