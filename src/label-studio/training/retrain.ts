import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage, throwIfAborted } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";
import { labelsOfConfig } from "../../models/model-labels.js";
import { readModelConfig } from "../../models/read-model-config.js";
import type { DeviceOptions } from "../../runtime/device.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { writeControlFolders } from "../control-folders.js";
import { jointLabel } from "../joint-label.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { type Comparison, servingAccuracy, type TrainingRecord, trainingRecordFile } from "./compare-serving.js";
import { answeredRows, type Evaluation, evaluation, joinedEvaluation, shareRight } from "./evaluation.js";
import type { LearnedControl, LearnedRow, ReadyData } from "./learning-data.js";
import { type PreparedData, type PreparedDataOptions, preparedData } from "./prepared-data.js";
import { trainingDefaults, weightBytes } from "./training-defaults.js";
import { type LivingModel, predictInChunks, type StartHost, startModelHost, withModel } from "./training-host.js";
import type { JobContext, TrainingEnd, TrainingJob } from "./training-job.js";
import { nextVersion } from "./version-name.js";

export interface RetrainOptions extends PreparedDataOptions {
  readonly store: Pick<Store, "folder" | "projectById" | "annotations" | "versions" | "runs" | "serve" | "logEvent">;
  /** Records a version whose folder `fill` has filled; all of it, or nothing. */
  readonly writeVersion: (
    about: Omit<VersionRecord, "folder" | "createdAt">,
    fill: (folder: string) => Promise<void>,
  ) => Promise<VersionRecord>;
  /** Folder of the model that every training starts from; of `kind`. */
  readonly baseModel: string;
  /** In place of those of {@link trainingDefaults}. */
  readonly trainingArguments?: Omit<TrainingArguments, "loss">;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number;
  /** Draws per held-out item, 20 by default; 1 for a model without dropout. */
  readonly iterations?: number;
  /** Where the model is trained, and with how many threads. */
  readonly device?: DeviceOptions;
  /** By default every new version serves. */
  readonly serve?: ServeRule;
  readonly startHost?: StartHost;
}

export type ServeRule =
  | "always"
  | {
      /** How much lower the accuracy may be than that of the version that serves, on the same held-out items: 0.02 are two points. */
      readonly unlessWorseBy: number;
    };

/** So many of a project's runs are looked through for names of versions. */
const RUNS = 10_000;

/** What is known before the training begins. */
interface Plan {
  readonly project: ProjectRecord;
  readonly data: ReadyData;
  readonly inputOf: PreparedData["inputOf"];
  /** How the version that serves does; why that cannot be said; nothing where it does not matter. */
  readonly serving: Comparison | string | undefined;
}

/**
 * Makes the job that trains a project's model anew, from the base model and all annotations, in a process of its own, measures it on what
 * was held out, keeps it as a version and lets it serve. Whatever happens, the version that serves goes on until the new one is complete.
 */
export function retrainJob(options: RetrainOptions): TrainingJob {
  return async (projectId, _cause, context) => {
    const project = options.store.projectById(projectId);
    if (!project) throw new BaalError("E_ARGUMENT", `There is no project ${projectId} to train a model for.`);
    context.onProgress({ phase: "data", step: 0, total: 0, loss: undefined });
    const { data, inputOf } = await preparedData(project, options, context);
    if (data.kind === "insufficient") return { status: "insufficient", message: data.reason };
    context.onProgress({ phase: "loading", step: 0, total: 0, loss: undefined });
    // Before the training: three models at once, with the one that answers meanwhile, may be more than the memory holds.
    const serving = await compared({ project, data, inputOf }, options, context);
    return train({ project, data, inputOf, serving }, options, context);
  };
}

async function compared(
  { project, data, inputOf }: Pick<Plan, "project" | "data" | "inputOf">,
  options: RetrainOptions,
  { signal }: JobContext,
): Promise<Plan["serving"]> {
  const { store, kind, device, serve = "always", startHost = startModelHost } = options;
  const version = store.versions(project.id).find((known) => known.version === project.servingVersion);
  if (serve === "always" || version === undefined) return undefined;
  try {
    return await servingAccuracy(version, data.heldOut, {
      ...{ ...device, kind, patch: patchOf(options), startHost, signal, inputOf },
      storeFolder: store.folder,
      controls: data.controls,
      draws: drawOptions(options),
    });
  } catch (error) {
    throwIfAborted(signal, "The training");
    return `${version.version} could not be asked: ${errorMessage(error)}`;
  }
}

/** Trains a model for each control, one after the other, in a folder beside the versions, and makes a version of them. */
async function train(plan: Plan, options: RetrainOptions, context: JobContext): Promise<TrainingEnd> {
  const { baseModel, store, writeVersion, trainingArguments } = options;
  const { project, data } = plan;
  const staging = join(store.folder, "training", String(project.id));
  await rm(staging, { recursive: true, force: true });
  try {
    const trained: TrainedControl[] = [];
    for (const [position, learned] of data.controls.entries()) {
      const folder = join(staging, String(position));
      await mkdir(folder, { recursive: true });
      trained.push(await trainControl({ ...learned, folder }, plan, { options, context }));
    }
    const parts = trained.map(({ name, evaluation: own }) => [name, own] as const);
    const { metrics, right } = joinedEvaluation(parts.length > 1 ? parts.filter(([, own]) => own.right.size > 0) : parts);
    const labels = trained.flatMap(({ name, labels: own }) => (data.isJoint ? own.map((label) => jointLabel(name, label)) : own));
    const madeFrom = { baseModel, trainingArguments, labels, rows: data.rows.map(plain), at: Date.now() };
    const about = {
      projectId: project.id,
      version: nextVersion(namesSoFar(store, project.id), madeFrom),
      labels,
      trained: data.rows.length,
      heldOut: data.heldOut.length,
      metrics,
    };
    const { version } = await writeVersion(about, (folder) => assemble(data, { staging, folder, signal: context.signal }));
    return served(plan, version, { options, right });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

interface TrainedControl {
  readonly name: string;
  /** Of its model. */
  readonly labels: readonly string[];
  readonly evaluation: Evaluation;
}

async function trainControl(
  { control, labels, folder }: LearnedControl & { readonly folder: string },
  { data, inputOf }: Plan,
  { options, context }: { readonly options: RetrainOptions; readonly context: JobContext },
): Promise<TrainedControl> {
  const { baseModel, kind, device, startHost = startModelHost, trainingArguments } = options;
  const { signal, onProgress } = context;
  const { name, choice } = control;
  const own = answeredRows(data.rows, { control });
  const heldOut = answeredRows(data.heldOut, { control });
  const size = { kind, weightBytes: await weightBytes(baseModel), items: own.length };
  const loss = choice === "multiple" ? "binaryCrossEntropy" : "crossEntropy";
  const args: TrainingArguments = { ...trainingDefaults(size, trainingArguments), loss };
  const start = { ...device, kind, labels: await modelLabels(baseModel, labels), patch: patchOf(options), startHost, signal };
  return withModel(baseModel, start, async (model) => {
    const rows = own.map((row) => ({ [kind]: inputOf(row), label: target(row, control) }));
    await model.train(
      { rows, args, ...(kind === "text" && { maxSeqLen: maxSeqLenOf(options) }) },
      {
        signal,
        onProgress: (event) => {
          if (event.type !== "train") return;
          onProgress({ phase: "training", step: event.step, total: event.totalSteps, loss: event.loss });
        },
      },
    );
    const measured = await evaluated(model, { control, heldOut, inputOf }, { options, context });
    onProgress({ phase: "saving", step: 0, total: 0, loss: undefined });
    await model.save(folder);
    return { name, labels: model.labels, evaluation: measured };
  });
}

function plain({ answers, ...row }: ReadyData["rows"][number]) {
  return { ...row, answers: [...answers] };
}

/** Names of versions, those that were removed included. */
function namesSoFar(store: RetrainOptions["store"], projectId: number): readonly string[] {
  const ofRuns = store.runs(projectId, RUNS).flatMap(({ version }) => version ?? []);
  return [...store.versions(projectId).map(({ version }) => version), ...ofRuns];
}

/** How the model of a control does on what was held out. */
async function evaluated(
  model: LivingModel,
  {
    control,
    heldOut,
    inputOf,
  }: Pick<LearnedControl, "control"> & Pick<Plan, "inputOf"> & { readonly heldOut: readonly LearnedRow[] },
  { options, context }: { readonly options: RetrainOptions; readonly context: JobContext },
): Promise<Evaluation> {
  if (heldOut.length === 0) return { metrics: {}, right: new Map() };
  const { signal, onProgress } = context;
  const predictions = await predictInChunks(model, heldOut.map(inputOf), {
    ...drawOptions(options),
    signal,
    onDone: (step) => onProgress({ phase: "evaluating", step, total: heldOut.length, loss: undefined }),
  });
  return evaluation(predictions, model.labels, { control, rows: heldOut });
}

/** The trained models as a version's folder: of a project with one control the model itself, else a folder for each. */
async function assemble(
  { rows, controls, isJoint }: ReadyData,
  { staging, folder, signal }: { readonly staging: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const from = isJoint ? staging : join(staging, "0");
  for (const name of await readdir(from)) await rename(join(from, name), join(folder, name));
  const known = controls.map(({ control: { name, choice } }) => ({ name, choice }));
  if (isJoint)
    await writeControlFolders(
      folder,
      known.map(({ name }) => name),
    );
  const record: TrainingRecord = { controls: known, tasks: [...new Set(rows.map(({ taskId }) => taskId))] };
  await writeFileAtomic(join(folder, trainingRecordFile), `${JSON.stringify(record)}\n`);
  throwIfAborted(signal, "The training");
}

/** Lets the new version serve if the rule says so. */
function served(
  { project, serving }: Plan,
  version: string,
  { options, right }: { readonly options: RetrainOptions; readonly right: Evaluation["right"] },
): TrainingEnd {
  const { store, serve = "always" } = options;
  if (serve === "always" || serving === undefined || typeof serving === "string") {
    store.serve(project.id, version);
    const message = typeof serving === "string" ? `it serves without a comparison: ${serving}` : undefined;
    return { status: "completed", version, ...(message !== undefined && { message }) };
  }
  const own = shareRight(right, serving);
  const accuracy = shareRight(serving);
  const message = `accuracy ${own.toFixed(3)}, ${project.servingVersion} has ${accuracy.toFixed(3)} on the same ${serving.size} held-out items`;
  // Shares of the same items: what is equal may differ in the last bit.
  if (own + 1e-9 < accuracy - serve.unlessWorseBy) {
    return { status: "completed", version, message: `it does not serve: ${message}` };
  }
  store.serve(project.id, version);
  return { status: "completed", version, message };
}

/** The base model's own labels where they cover those of the items, so that it keeps its last layer; else the items'. */
async function modelLabels(baseModel: string, found: readonly string[]): Promise<readonly string[]> {
  // Folders of image weights may come without.
  const config = existsSync(join(baseModel, "config.json")) ? await readModelConfig(baseModel) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
}

function target({ answers }: LearnedRow, { name, choice }: LearnedControl["control"]): string | readonly string[] {
  const labels = answers.get(name) ?? [];
  return choice === "multiple" ? labels : (labels[0] ?? "");
}

function maxSeqLenOf({ maxSeqLen = 128 }: RetrainOptions): number {
  return maxSeqLen;
}

/** A single draw is the prediction with dropout off. */
function patchOf({ iterations = 20 }: RetrainOptions): false | Record<never, never> {
  return iterations > 1 ? {} : false;
}

/** For the old version and the new one alike. */
function drawOptions(options: RetrainOptions): {
  readonly iterations: number;
  readonly seed: number;
  readonly maxSeqLen?: number;
} {
  const { kind, iterations = 20 } = options;
  return { iterations, seed: 1, ...(kind === "text" && { maxSeqLen: maxSeqLenOf(options) }) };
}
