import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";
import { type ModelConfig, modelConfig, type TrainConfig, trainConfig } from "../api/model-config.js";
import type { JobView, LabelHistogram, TrainingPoint, TrainingView, VersionView } from "../api/work-contract.js";
import { ifPossible } from "../store/if-possible.js";
import type { VersionRecord } from "../store/work-tables.js";
import type { BrainOptions } from "./brain.js";
import { checkModel, defaultModel, type ModelSituation } from "./check-model.js";
import type { JobBoard, JobContext } from "./job-board.js";
import type { TrainItem, TrainRequest } from "./jobs/job-calls.js";
import { inJobProcess } from "./jobs/run-job.js";
import type { KnownAnswers } from "./known-answers.js";

/** What is kept of a run beside its version. */
interface Run {
  readonly points: readonly TrainingPoint[];
  readonly log: readonly string[];
}

export interface TrainingsOptions {
  readonly brain: BrainOptions;
  readonly folder: string;
  readonly featuresFile: string;
  readonly known: KnownAnswers;
  readonly board: JobBoard;
  readonly situation: () => ModelSituation;
  readonly servedVersion: () => string | undefined;
  readonly histograms: () => readonly LabelHistogram[];
  /** A version has been made. */
  readonly onVersion: (version: VersionRecord, options: { readonly isServed: boolean }) => Promise<void>;
  readonly onChange: () => void;
}

export interface Trainings {
  model(): ModelConfig;
  setModel(config: ModelConfig): void;
  view(): TrainingView;
  train(config: TrainConfig): JobView;
  /** Begins one by itself where so many labels have come since the last one. */
  trainWhenDue(every: number): void;
}

export const versionFolder = (folder: string, name: string) => join(folder, "versions", name);
const MOST_LINES = 500;
const FEWEST = 2;

export function trainings(options: TrainingsOptions): Trainings {
  const { brain, known, board, folder, situation } = options;
  const { store, encoder, cacheFolder, maxSeqLen = DEFAULT_MAX_SEQ_LEN } = brain;
  let points: TrainingPoint[] = [];
  let log: string[] = [];
  let job: number | undefined;
  let attempted = 0;
  const last = store.versions().at(-1);
  if (last) {
    const file = join(versionFolder(folder, last.name), "run.json");
    void readFile(file, "utf8").then((text) => {
      if (points.length > 0 || log.length > 0) return;
      ({ points, log } = JSON.parse(text) as { points: TrainingPoint[]; log: string[] });
      options.onChange();
    }, ignoreMissing);
  }

  const settings = () => store.project()?.settings ?? {};
  const model = () => modelConfig.safeParse(settings()["model"]).data ?? defaultModel(situation());
  const config = () => trainConfig.parse(trainConfig.safeParse(settings()["train"]).data ?? {});
  const trainItem = (item: number): TrainItem => ({
    ...{ item, target: known.target(item)!, entries: known.entries(item)!, subset: known.items.get(item)!.subset },
  });

  const missing = (): string | undefined => {
    if (situation().width === 0) return "The items have no features yet: wait until they have been read.";
    const enough = known.labels.filter(({ id }) => countOf(known, id, 1) >= FEWEST);
    if (known.task === "multi") {
      if (enough.some(({ id }) => countOf(known, id, 0) >= FEWEST)) return undefined;
      return `A label is needed that at least ${FEWEST} items have and ${FEWEST} have not.`;
    }
    if (enough.length >= 2) return undefined;
    const counts = known.labels.map(({ id, name }) => `${name} ${countOf(known, id, 1)}`).join(", ");
    return `Two labels with at least ${FEWEST} items each are needed${counts === "" ? "; there are no labels yet" : `: so far ${counts}`}.`;
  };

  const request = (train: TrainConfig, name: string): TrainRequest => {
    const chosen = model();
    const isWhole = chosen.kind === "fine-tune" || chosen.fixMatch.lambda > 0 || train.fineTuneAfter >= 0;
    const needsContents = chosen.kind !== "solved" && (isWhole || situation().kind === "image");
    const usable = [...known.items].filter(([item]) => !known.isExcluded(item));
    return {
      ...{ kind: situation().kind, encoder, cacheFolder, maxSeqLen, task: known.task, model: chosen, train },
      ...{ labels: known.labels.map((label) => label.name), seed: store.project()!.seed, features: options.featuresFile },
      ...{ learnt: known.learnt().map(trainItem), validated: known.validated().map(trainItem) },
      others: usable.flatMap(([item]) => (known.isValidation(item) ? [] : [item])),
      contents: new Map(needsContents ? [...known.items].map(([item, { content }]) => [item, content]) : []),
      folder: versionFolder(folder, name),
    };
  };

  const work = async (train: TrainConfig, { signal, progress }: JobContext): Promise<void> => {
    const name = nextName(store.versions());
    const seq = store.seq();
    const labels = known.labels.map(({ id }) => id);
    const asked = request(train, name);
    await mkdir(asked.folder, { recursive: true });
    try {
      const { metrics, parameters } = await inJobProcess("train", asked, {
        signal,
        onEvent(event) {
          if (event.type === "progress") progress(event.share, event.message);
          else {
            if (event.type === "point") points = [...points, event.point];
            else log = [...log, event.line].slice(-MOST_LINES);
            options.onChange();
          }
        },
      });
      log = [...log, `Version ${name} is ready`];
      const run: Run = { points, log };
      await writeFileAtomic(join(asked.folder, "run.json"), JSON.stringify(run));
      const version: VersionRecord = {
        ...{ name, trainedAtSeq: seq, seed: asked.seed, probabilities: join("model", "versions", name, "probabilities.rows") },
        config: { model: asked.model, train, labels, labelled: asked.learnt.length, trainedAt: Date.now(), encoder },
        metrics: { ...metrics, parameters },
      };
      store.addVersion(version);
      await options.onVersion(version, { isServed: train.updatePredictions });
    } catch (error) {
      log = [...log, signal.aborted ? "Cancelled" : `Failed: ${errorMessage(error)}`].slice(-MOST_LINES);
      await rm(asked.folder, { recursive: true, force: true });
      throw error;
    } finally {
      options.onChange();
    }
  };

  const train = (given: TrainConfig): JobView => {
    const chosen = trainConfig.parse(given);
    if (board.running("train")) throw new BaalError("E_CONFLICT", "A training is running already: wait for it, or cancel it.");
    const lacking = missing() ?? checkModel(model(), situation()).problems[0]?.message;
    if (lacking !== undefined) throw new BaalError("E_ARGUMENT", lacking);
    store.changeProject({ settings: { train: chosen } });
    points = [];
    log = [];
    attempted = known.learnt().length;
    const begun = board.begin("train", "Training", (context) => work(chosen, context));
    job = begun.id;
    return begun;
  };

  return {
    model,
    setModel(chosen) {
      store.changeProject({ settings: { model: chosen } });
    },
    view() {
      const jobs = board.jobs();
      const serving = options.servedVersion();
      return {
        ...{ config: config(), model: model().kind, points, log, histograms: options.histograms(), missing: missing() },
        job: jobs.find(({ id, kind }) => (job === undefined ? kind === "train" : id === job)),
        versions: store
          .versions()
          .map((version) => versionView(version, serving))
          .reverse(),
      };
    },
    train,
    trainWhenDue(every) {
      if (every <= 0 || board.running("train")) return;
      const labelled = known.learnt().length;
      const before = Math.max(attempted, Number(store.versions().at(-1)?.config["labelled"] ?? 0));
      if (labelled - before < every || missing() !== undefined) return;
      if (checkModel(model(), situation()).problems.length === 0) ifPossible(() => train(config()));
    },
  };
}

function countOf(known: KnownAnswers, label: number, value: 0 | 1): number {
  const index = known.labels.findIndex(({ id }) => id === label);
  return known.learnt().filter((item) => known.entries(item)?.[index] === value).length;
}

function nextName(versions: readonly VersionRecord[]): string {
  const numbers = versions.map(({ name }) => Number(/^v(\d+)$/.exec(name)?.[1] ?? 0));
  return `v${Math.max(0, ...numbers) + 1}`;
}

function versionView(version: VersionRecord, serving: string | undefined): VersionView {
  const { name, config, metrics } = version;
  return {
    name,
    config: modelConfig.safeParse(config["model"]).data,
    trainedAt: Number(config["trainedAt"] ?? 0),
    labelled: Number(config["labelled"] ?? 0),
    metrics: Object.fromEntries(
      Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    ),
    isServing: name === serving,
  };
}

function ignoreMissing(): void {}
