import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
import { writeFileAtomic } from "../../system/files.js";
import { jointLabel, writeControlFolders } from "../contract/control-folders.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import {
  notCompared,
  type ServingComparison,
  servingAccuracy,
  type TrainingRecord,
  trainingRecordFile,
} from "./compare-serving.js";
import { type Evaluation, joinedEvaluation, shareRight } from "./evaluation.js";
import { type LoadTrainingSetOptions, loadTrainingSet } from "./load-training-set.js";
import { drawOptions, patchOf, type TrainControlOptions, type TrainedControl, trainControl } from "./train-control.js";
import { startTrainingHost } from "./training-host.js";
import type { BackendTrainingOptions } from "./training-options.js";
import type { JobContext, TrainingEnd, TrainingJob } from "./training-queue.js";
import type { ReadyTrainingSet } from "./training-set.js";

export interface RetrainOptions extends LoadTrainingSetOptions, TrainControlOptions {
  readonly store: Pick<Store, "folder" | "projectById" | "annotations" | "versions" | "runs" | "serve" | "logEvent">;
  /** Records a version whose folder `fill` has filled; all of it, or nothing. */
  readonly writeVersion: (
    about: Omit<VersionRecord, "folder" | "createdAt">,
    fill: (folder: string) => Promise<void>,
  ) => Promise<VersionRecord>;
  readonly training?: BackendTrainingOptions | undefined;
}

/** So many of a project's runs are looked through for names of versions. */
const RUNS = 10_000;

/** Everything that is settled before the training begins. */
interface Plan {
  readonly project: ProjectRecord;
  readonly data: ReadyTrainingSet;
  /** How the version that serves does; nothing where it does not matter. */
  readonly serving: ServingComparison | undefined;
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
    const data = await loadTrainingSet(project, options, context);
    if (data.kind === "insufficient") return { status: "insufficient", message: data.reason };
    context.onProgress({ phase: "loading", step: 0, total: 0, loss: undefined });
    // Before the training: three models at once, with the one that answers meanwhile, may be more than the memory holds.
    const serving = await compared({ project, data }, options, context);
    return train({ project, data, serving }, options, context);
  };
}

async function compared(
  { project, data }: Pick<Plan, "project" | "data">,
  options: RetrainOptions,
  { signal }: JobContext,
): Promise<Plan["serving"]> {
  const { store, kind, device, training = {}, startHost = startTrainingHost } = options;
  const version = store.versions(project.id).find((known) => known.version === project.servingVersion);
  if (training.unlessWorseBy === undefined || version === undefined) return undefined;
  try {
    return await servingAccuracy(version, data.heldOut, {
      ...{ ...device, kind, patch: patchOf(options), startHost, signal },
      storeFolder: store.folder,
      controls: data.controls,
      draws: drawOptions(options),
    });
  } catch (error) {
    throwIfAborted(signal, "The training");
    return notCompared(`${version.version} could not be asked: ${errorMessage(error)}`);
  }
}

/** Trains a model for each control, one after the other, in a folder beside the versions, and makes a version of them. */
async function train(plan: Plan, options: RetrainOptions, context: JobContext): Promise<TrainingEnd> {
  const { baseModel, store, writeVersion, training = {} } = options;
  const { project, data } = plan;
  const staging = join(store.folder, "training", String(project.id));
  await rm(staging, { recursive: true, force: true });
  try {
    const trained: TrainedControl[] = [];
    for (const [position, learned] of data.controls.entries()) {
      const folder = join(staging, String(position));
      await mkdir(folder, { recursive: true });
      trained.push(await trainControl({ ...learned, folder }, data, { options, context }));
    }
    const parts = trained.map(({ name, evaluation: own }) => [name, own] as const);
    const { metrics, right } = joinedEvaluation(parts.length > 1 ? parts.filter(([, own]) => own.right.size > 0) : parts);
    const labels = trained.flatMap(({ name, labels: own }) => (data.isJoint ? own.map((label) => jointLabel(name, label)) : own));
    const madeFrom = { baseModel, trainingArguments: training.arguments, labels, rows: data.rows.map(plain), at: Date.now() };
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

function plain({ taskId, content, answers }: ReadyTrainingSet["rows"][number]) {
  return { taskId, content, answers: [...answers] };
}

/** Names of versions, those that were removed included. */
function namesSoFar(store: RetrainOptions["store"], projectId: number): readonly string[] {
  const ofRuns = store.runs(projectId, RUNS).flatMap(({ version }) => version ?? []);
  return [...store.versions(projectId).map(({ version }) => version), ...ofRuns];
}

/** The trained models as a version's folder: of a project with one control the model itself, else a folder for each. */
async function assemble(
  { rows, controls, isJoint }: ReadyTrainingSet,
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
  const { store, training: { unlessWorseBy } = {} } = options;
  if (unlessWorseBy === undefined || serving?.kind !== "compared") {
    store.serve(project.id, version);
    const message = serving?.kind === "not compared" ? `it serves without a comparison: ${serving.why}` : undefined;
    return { status: "completed", version, message };
  }
  const own = shareRight(right, serving.right);
  const accuracy = shareRight(serving.right);
  const message = `accuracy ${own.toFixed(3)}, ${project.servingVersion} has ${accuracy.toFixed(3)} on the same ${serving.right.size} held-out items`;
  // Shares of the same items: what is equal may differ in the last bit.
  if (own + 1e-9 < accuracy - unlessWorseBy) {
    return { status: "completed", version, message: `it does not serve: ${message}` };
  }
  store.serve(project.id, version);
  return { status: "completed", version, message };
}

/**
 * The name of a project's next version, `v<number>-<8 hex digits>`. Label Studio keeps predictions by this name for good, so it must
 * not come again for another model: the number is above those of all `names`, whatever the clocks do, and the digits are a hash of all that
 * the model is made from, which tells apart what two states of one project, from a backup, say, have made.
 */
function nextVersion(names: readonly string[], madeFrom: unknown): string {
  const numbers = names.map((version) => Number(/^v(\d{1,9})-/.exec(version)?.[1] ?? 0));
  const hash = sha256(JSON.stringify(madeFrom)).slice(0, 8);
  return `v${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}-${hash}`;
}
