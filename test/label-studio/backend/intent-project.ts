import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Random } from "../../../src/core/random.js";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { choicesRegion, type SimulatedLabelStudio, type SimulatedProject } from "../simulated-label-studio.js";
import { builtCli } from "./built-cli.js";
import { eventually, type StartedServer, startServer } from "./started-server.js";

export interface IntentRow {
  readonly text: string;
  readonly intent: string;
}

/** What a project is about: texts to label, and texts that nobody labels. */
export interface IntentData {
  readonly labels: readonly string[];
  readonly pool: readonly IntentRow[];
  readonly test: readonly IntentRow[];
  readonly labelConfig: string;
}

export interface IntentPlace extends IntentData {
  readonly main: string;
  readonly model: string;
  at(name: string): string;
  remove(): void;
}

/** A few hundred of the embedded texts, of so many intents, and a tiny model with random weights that reads their words. */
export async function intentPlace({ intents = 6, perIntent = 60 } = {}): Promise<IntentPlace> {
  const { train, test, labels: all } = await loadEmbeddedIntents();
  const labels = all
    .filter((intent) => intent !== "oos" && train.filter((row) => row.intent === intent).length >= perIntent)
    .slice(0, intents);
  const pool = labels.flatMap((intent) => train.filter((row) => row.intent === intent).slice(0, perIntent));
  const folder = mkdtempSync(join(tmpdir(), "baaljs-intents-"));
  const model = join(folder, "model");
  const tokenizer = trainWordPiece(
    train.map(({ text }) => text),
    { vocabSize: 1000 },
  );
  const shape = { dim: 32, nLayers: 1, nHeads: 2, hiddenDim: 64, maxPositionEmbeddings: 32 };
  await TextClassifier.fromConfig(shape, { labels, tokenizer, seed: 1 }).save(model);
  const built = builtCli();
  return {
    ...{ main: built.main, model, labels, pool },
    test: test.filter(({ intent }) => labels.includes(intent)),
    labelConfig: intentConfig(labels),
    at: (name) => join(folder, name),
    remove() {
      built.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function intentConfig(labels: readonly string[]): string {
  const choices = labels.map((label) => `<Choice value="${label}"/>`).join("");
  return `<View><Text name="text" value="$text"/><Choices name="intent" toName="text">${choices}</Choices></View>`;
}

export function startIntentServer(place: IntentPlace, studio: SimulatedLabelStudio, dataDir: string): Promise<StartedServer> {
  return startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at(dataDir) },
    args: [
      ...["--sampling", "uncertainty", "--iterations", "10", "--max-seq-len", "24", "--held-out-share", "0.1"],
      ...["--train-args", '{"maxSteps": 150, "learningRate": 0.004}'],
    ],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
  });
}

/** Somebody who labels a project, and knows the intents. */
export class Annotator {
  readonly project: SimulatedProject;
  readonly #server: () => StartedServer;
  readonly #intents: ReadonlyMap<string, string>;
  readonly #data: IntentData;

  constructor(project: SimulatedProject, server: () => StartedServer, data: IntentData) {
    this.project = project;
    this.#server = server;
    this.#data = data;
    this.#intents = new Map(data.pool.map(({ text, intent }) => [text, intent]));
  }

  async label(taskId: number): Promise<void> {
    const task = this.project.tasks.find(({ id }) => id === taskId);
    const intent = this.#intents.get(String(task?.data["text"]));
    if (intent === undefined) throw new Error(`the intent of task ${taskId} is not known`);
    await this.project.annotate(taskId, [choicesRegion("intent", "text", [intent])]);
  }

  /** As the label stream serves them. */
  async labelFromStream(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.label((await this.project.nextTask())!.id);
  }

  async labelAtRandom(count: number, random: Random): Promise<void> {
    for (let i = 0; i < count; i++) {
      const open = this.project.tasks.filter(({ annotations }) => annotations.length === 0);
      await this.label(open[random.integer(0, open.length - 1)]!.id);
    }
  }

  async status() {
    const { projects } = await this.#server().status();
    return projects.find(({ project }) => project === this.project.key)!;
  }

  /** Trains, and waits until the new version's scores are in Label Studio; its name. */
  async train(): Promise<string> {
    const before = (await this.status()).modelVersion;
    await this.project.startTraining();
    return this.versionAfter(before);
  }

  /** Waits until Label Studio ranks by another version of the server's than that; its name. */
  versionAfter(before: string, ms?: number): Promise<string> {
    const { project } = this;
    return eventually(
      () => (project.modelVersion === before || !/^v\d/.test(project.modelVersion) ? undefined : project.modelVersion),
      ms,
    );
  }

  /** On texts that nobody labels. */
  async accuracy(): Promise<number> {
    const right = await this.rightAnswers();
    return right.filter(Boolean).length / right.length;
  }

  /** For each text that nobody labels, whether the server knows its intent. */
  async rightAnswers(): Promise<readonly boolean[]> {
    const { test, labelConfig } = this.#data;
    const tasks = test.map(({ text }, id) => ({ id, data: { text } }));
    const body = { tasks, project: this.project.key, label_config: labelConfig, params: {} };
    const { results } = (await this.#server().call("POST", "/predict", { body })).json;
    return test.map(({ intent }, i) => results[i]!.result[0]?.value.choices[0] === intent);
  }

  /** Tasks without a label, the lowest score first. */
  order(): readonly number[] {
    const { tasks, modelVersion } = this.project;
    return tasks
      .filter(({ annotations }) => annotations.length === 0)
      .flatMap(({ id, predictions }) =>
        predictions.filter((made) => made.modelVersion === modelVersion).map(({ score }) => ({ id, score: score ?? 2 })),
      )
      .sort((a, b) => a.score - b.score || a.id - b.id)
      .map(({ id }) => id);
  }
}
