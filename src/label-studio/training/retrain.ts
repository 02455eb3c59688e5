import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import type { RecipeSummary } from "../../host/host-calls.js";
import { writeFileAtomic } from "../../system/files.js";
import { jointLabel, writeControlFolders } from "../contract/control-folders.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import {
  notCompared,
  type ServingComparison,
  servingAnswers,
  type TrainingRecord,
  trainingRecordFile,
} from "./compare-serving.js";
import { type Evaluation, joinedEvaluation, questionOf } from "./evaluation.js";
import { gateFigures, isWorse } from "./gate-metrics.js";
import { type LoadTrainingSetOptions, loadTrainingSet } from "./load-training-set.js";
import { drawOptions, patchOf, type TrainControlOptions, type TrainedControl, trainControl } from "./train-control.js";
import { startTrainingHost } from "./training-host.js";
import type { BackendTrainingOptions } from "./training-options.js";
import type { JobContext, TrainingEnd, TrainingJob } from "./training-queue.js";
import type { ReadyTrainingSet } from "./training-set.js";
import { namesSoFar, nextVersion } from "./version-names.js";

export interface RetrainOptions extends LoadTrainingSetOptions, Omit<TrainControlOptions, "recipe" | "outOfScopeChoice"> {
  readonly store: Pick<
    Store,
    "folder" | "projectById" | "annotations" | "labelMapping" | "versions" | "runs" | "serve" | "logEvent"
  >;
  /** Records a version whose folder `fill` has filled; all of it, or nothing. */
  readonly writeVersion: (
    about: Omit<VersionRecord, "folder" | "createdAt">,
    fill: (folder: string) => Promise<void>,
  ) => Promise<VersionRecord>;
  readonly training?: BackendTrainingOptions | undefined;
  /** The choice of a project for what is out of its model's scope. */
  readonly outOfScopeChoice?: ((projectId: number) => string | undefined) | undefined;
  /** Unlabelled texts of a project that is trained by recipe; `undefined` for the others. */
  readonly unlabelled?: ((projectId: number) => Promise<readonly string[] | undefined>) | undefined;
}

/** The cause of a training that nobody has asked for: a version is made of it only if the fine-tuned model is kept. */
export const FINE_TUNING = "fine-tuning";

/** Everything that is settled before the training begins. */
interface Plan {
  readonly project: ProjectRecord;
  readonly data: ReadyTrainingSet;
  /** How the version that serves does; nothing where it does not matter. */
  readonly serving: ServingComparison | undefined;
  /** Whether a model that was not fine-tuned is no news. */
  readonly isOptional: boolean;
}

/**
 * Makes the job that trains a project's model anew, from the base model and all annotations, in a process of its own, measures it on what
 * was held out, keeps it as a version and lets it serve. Whatever happens, the version that serves goes on until the new one is complete.
 */
export function retrainJob(options: RetrainOptions): TrainingJob {
  return async (projectId, cause, context) => {
    const project = options.store.projectById(projectId);
    if (!project) throw new BaalError("E_ARGUMENT", `There is no project ${projectId} to train a model for.`);
    context.onProgress({ phase: "data", step: 0, total: 0, loss: undefined });
    const data = await loadTrainingSet(project, options, context);
    if (data.kind === "insufficient") return { status: "insufficient", message: data.reason };
    context.onProgress({ phase: "loading", step: 0, total: 0, loss: undefined });
    // Before the training: three models at once, with the one that answers meanwhile, may be more than the memory holds.
    const serving = await compared({ project, data }, options, context);
    const unlabelled = await options.unlabelled?.(projectId);
    const recipe = unlabelled && { unlabelled };
    const outOfScopeChoice = options.outOfScopeChoice?.(projectId);
    return train(
      { project, data, serving, isOptional: cause === FINE_TUNING },
      { ...options, recipe, outOfScopeChoice },
      context,
    );
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
    return await servingAnswers(version, data.heldOut, {
      ...{ ...device, kind, patch: patchOf(options), startHost, signal },
      storeFolder: store.folder,
      controls: data.controls,
      draws: drawOptions(options),
      outOfScopeChoice: options.outOfScopeChoice?.(project.id),
    });
  } catch (error) {
    throwIfAborted(signal, "The training");
    return notCompared(`${version.version} could not be asked: ${errorMessage(error)}`);
  }
}

/** Trains a model for each control, one after the other, in a folder beside the versions, and makes a version of them. */
async function train(
  plan: Plan,
  options: Omit<RetrainOptions, "outOfScopeChoice"> & Pick<TrainControlOptions, "recipe" | "outOfScopeChoice">,
  context: JobContext,
): Promise<TrainingEnd> {
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
    const recipe = trained.find((own) => own.recipe !== undefined)?.recipe;
    if (plan.isOptional && (recipe === undefined || recipe.recipe === "solvedHead"))
      return { status: "completed", message: `no new version: ${toldOf(recipe)}` };
    const parts = trained.map(({ name, evaluation: own }) => [name, own] as const);
    const measured = parts.length > 1 ? parts.filter(([, own]) => own.answers.size > 0) : parts;
    const { metrics, answers } = joinedEvaluation(measured);
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
    const { version } = await writeVersion(about, (folder) =>
      assemble(data, { staging, folder, recipe: recipe?.recipe, signal: context.signal }),
    );
    const end = served(plan, version, { options, answers });
    const told = [
      ...(recipe === undefined ? [] : [toldOf(recipe)]),
      ...trained.flatMap(({ outOfScope }) => (outOfScope === undefined ? [] : [toldOfScope(outOfScope)])),
    ];
    return told.length === 0 ? end : { ...end, message: [...told, end.message].flatMap((part) => part ?? []).join("; ") };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function plain({ taskId, content, answers }: ReadyTrainingSet["rows"][number]) {
  return { taskId, content, answers: [...answers] };
}

/** The trained models as a version's folder: of a project with one control the model itself, else a folder for each. */
async function assemble(
  { rows, controls, isJoint }: ReadyTrainingSet,
  {
    staging,
    folder,
    recipe,
    signal,
  }: {
    readonly staging: string;
    readonly folder: string;
    readonly recipe: TrainingRecord["recipe"];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const from = isJoint ? staging : join(staging, "0");
  for (const name of await readdir(from)) await rename(join(from, name), join(folder, name));
  const known = controls.map(({ control }) => ({ name: control.name, choice: questionOf(control) }));
  if (isJoint)
    await writeControlFolders(
      folder,
      known.map(({ name }) => name),
    );
  const record: TrainingRecord = { controls: known, tasks: [...new Set(rows.map(({ taskId }) => taskId))], recipe };
  await writeFileAtomic(join(folder, trainingRecordFile), `${JSON.stringify(record)}\n`);
  throwIfAborted(signal, "The training");
}

function toldOfScope({ inScopeAccuracy, outOfScopeRecall }: NonNullable<TrainedControl["outOfScope"]>): string {
  const [inside, outside] = [inScopeAccuracy, outOfScopeRecall].map((share) => (100 * share).toFixed(1));
  return `it abstains: ${inside} % of the items in scope are answered right, ${outside} % of those out of scope are told`;
}

function toldOf(recipe: RecipeSummary | undefined): string {
  if (recipe === undefined) return "it was trained by arguments";
  const { heldOut, why } = recipe;
  if (heldOut === undefined) return why;
  const [before, after] = [heldOut.solvedHead, heldOut.fineTuned].map((metrics) => (100 * (metrics["accuracy"] ?? 0)).toFixed(1));
  const verdict = recipe.recipe !== "solvedHead" ? "fine-tuning is kept" : "fine-tuning is not kept";
  return `${verdict}: accuracy ${before} % before and ${after} % after it on ${heldOut.items} labels that were held out`;
}

/** Lets the new version serve if the rule says so. */
function served(
  { project, serving }: Plan,
  version: string,
  { options, answers }: { readonly options: Pick<RetrainOptions, "store" | "training">; readonly answers: Evaluation["answers"] },
): TrainingEnd {
  const { store, training: { unlessWorseBy, compareBy } = {} } = options;
  if (unlessWorseBy === undefined || serving?.kind !== "compared") {
    store.serve(project.id, version);
    const message = serving?.kind === "not compared" ? `it serves without a comparison: ${serving.why}` : undefined;
    return { status: "completed", version, message };
  }
  const figures = gateFigures(answers, serving.answers, compareBy);
  const told = figures.map(
    (figure) => `${figure.name} ${figure.own.toFixed(3)}, ${project.servingVersion} has ${figure.serving.toFixed(3)}`,
  );
  const message = `${told.join("; ")} on the same ${serving.answers.size} held-out items`;
  if (figures.some((figure) => isWorse(figure, unlessWorseBy))) {
    return { status: "completed", version, message: `it does not serve: ${message}` };
  }
  store.serve(project.id, version);
  return { status: "completed", version, message };
}
