import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaalError, errorMessage, throwIfAborted } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";
import { labelsOfConfig } from "../../models/model-labels.js";
import { readModelConfig } from "../../models/read-model-config.js";
import type { DeviceOptions } from "../../runtime/device.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { type Comparison, servingAccuracy, type TrainingRecord, trainingRecordFile } from "./compare-serving.js";
import { type Evaluation, evaluation, shareRight } from "./evaluation.js";
import { isSingleChoice, type ReadyData } from "./learning-data.js";
import { type PreparedData, type PreparedDataOptions, preparedData } from "./prepared-data.js";
import { target } from "./target.js";
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
  readonly args: TrainingArguments;
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
    const size = { kind: options.kind, weightBytes: await weightBytes(options.baseModel), items: data.rows.length };
    const loss = isSingleChoice(data) ? "crossEntropy" : "binaryCrossEntropy";
    const args: TrainingArguments = { ...trainingDefaults(size, options.trainingArguments), loss };
    // Before the training: three models at once, with the one that answers meanwhile, may be more than the memory holds.
    const serving = await compared({ project, data, inputOf }, options, context);
    return train({ project, data, inputOf, args, serving }, options, context);
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

async function train(plan: Plan, options: RetrainOptions, context: JobContext): Promise<TrainingEnd> {
  const { baseModel, kind, device, startHost = startModelHost, store, writeVersion } = options;
  const { project, data, args, inputOf } = plan;
  const { signal, onProgress } = context;
  const labels = await modelLabels(baseModel, data);
  return withModel(baseModel, { ...device, kind, labels, patch: patchOf(options), startHost, signal }, async (model) => {
    const rows = data.rows.map((row) => ({ [kind]: inputOf(row), label: target(row, data) }));
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
    const { metrics, right } = await measured(model, plan, { options, context });
    onProgress({ phase: "saving", step: 0, total: 0, loss: undefined });
    const about = {
      projectId: project.id,
      version: nextVersion(namesSoFar(store, project.id), {
        baseModel,
        args,
        labels,
        rows: data.rows.map(plain),
        at: Date.now(),
      }),
      labels,
      trained: data.rows.length,
      heldOut: data.heldOut.length,
      metrics,
    };
    const { version } = await writeVersion(about, (folder) => save(model, data, { folder, signal }));
    return served(plan, version, { options, right });
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

/** How the model does on what was held out. */
async function measured(
  model: LivingModel,
  { data: { heldOut, controls }, inputOf }: Plan,
  { options, context }: { readonly options: RetrainOptions; readonly context: JobContext },
): Promise<Evaluation> {
  if (heldOut.length === 0) return { metrics: {}, right: new Map() };
  const { signal, onProgress } = context;
  const predictions = await predictInChunks(model, heldOut.map(inputOf), {
    ...drawOptions(options),
    signal,
    onDone: (step) => onProgress({ phase: "evaluating", step, total: heldOut.length, loss: undefined }),
  });
  return evaluation(predictions, model.labels, { controls, rows: heldOut });
}

async function save(
  model: LivingModel,
  { rows, controls }: Plan["data"],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  await model.save(folder);
  const record: TrainingRecord = {
    controls: controls.map(({ control: { name, choice } }) => ({ name, choice })),
    tasks: [...new Set(rows.map(({ taskId }) => taskId))],
  };
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

/** The base model's own labels where they cover those of the only control, so that it keeps its last layer; else those of the controls. */
async function modelLabels(baseModel: string, { controls }: ReadyData): Promise<readonly string[]> {
  const found = controls.flatMap(({ classes }) => classes);
  if (controls.length > 1) return found;
  // Folders of image weights may come without.
  const config = existsSync(join(baseModel, "config.json")) ? await readModelConfig(baseModel) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
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
