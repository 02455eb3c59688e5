import { join } from "node:path";
import { BaalError } from "../../core/errors.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { fittingControls } from "../contract/choices-controls.js";
import { type TaskImageOptions, taskImageLoader } from "../images/load-task-image.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { storeImages } from "./training-images.js";
import type { BackendTrainingOptions } from "./training-options.js";
import type { JobContext } from "./training-queue.js";
import { type TrainingReport, type TrainingSet, trainingSet } from "./training-set.js";

export interface LoadTrainingSetOptions {
  readonly store: Pick<Store, "folder" | "annotations" | "labelMapping" | "logEvent">;
  readonly kind: ModelKind;
  readonly training?: Pick<BackendTrainingOptions, "annotators" | "heldOutShare" | "groundTruth"> | undefined;
  /** How images are got, and prepared for the model; needed for a model of images. */
  readonly images?: (TaskImageOptions & { readonly processor: ImageProcessor }) | undefined;
}

/** From this probability of another label on a task is named. */
const DOUBTFUL = 0.25;

/** So many names are written out. */
const NAMES = 20;

/**
 * The training set of a project; of images, those that could be loaded, which takes its time. Events tell what is left out. Throws
 * `E_LABEL_CONFIG`, `E_ABORTED`, and `E_ARGUMENT` where images are to be trained without the option `images`.
 */
export async function loadTrainingSet(
  project: ProjectRecord,
  { store, kind, training = {}, images }: LoadTrainingSetOptions,
  { signal, onProgress }: JobContext,
): Promise<TrainingSet> {
  const note = (message: string) => store.logEvent({ projectId: project.id, level: "warn", message });
  const { annotators, heldOutShare, groundTruth } = training;
  const { controls, skipped } = fittingControls(project.labelConfig, kind);
  const annotations = store.annotations(project.id);
  const mapping = store.labelMapping(project.id);
  const rules = { annotators, heldOutShare, groundTruth, mapping };
  const all = trainingSet(annotations, controls, { ...rules, skipped });
  for (const message of [...all.reports.flatMap(reportNotes), ...notLearned(all)]) note(message);
  if (kind === "text" || all.kind === "insufficient") return all;
  if (images === undefined)
    throw new BaalError("E_ARGUMENT", "A model of images is trained with images: give the option images.");

  const { processor, ...loading } = images;
  const inputs = [...all.rows, ...all.heldOut].map(({ content, taskId }) => ({ value: content, taskId }));
  const { paths, failures } = await storeImages(inputs, {
    load: taskImageLoader(processor, loading),
    preparation: processor.key,
    folder: join(store.folder, "images", String(project.id)),
    signal,
    onProgress: (step, total) => onProgress({ phase: "data", step, total, loss: undefined }),
  });
  const [failure] = failures;
  if (failure !== undefined) {
    note(
      `${failures.length} of ${inputs.length} images could not be loaded, their tasks are left out; of task ${failure.input.taskId}: ${failure.error.message}`,
    );
  }
  return trainingSet(annotations, controls, { ...rules, inputs: paths });
}

function notLearned(data: TrainingSet): string[] {
  if (data.kind === "insufficient") return [];
  return data.notLearned.map(({ name, reason }) => `The control "${name}" is not learned yet: ${reason}.`);
}

function reportNotes({ control, leftOut, unknownLabels, mapped, secondOpinions }: TrainingReport): string[] {
  const labels = Object.entries(unknownLabels).map(([label, count]) => `"${label.slice(0, 100)}" (${count})`);
  const doubtful = secondOpinions.filter(({ doubt }) => doubt >= DOUBTFUL).map(({ taskId }) => String(taskId));
  const ofControl = control === undefined ? "" : ` for the control "${control}"`;
  return [
    ...(labels.length > 0
      ? [
          `${leftOut.unknownLabels} annotations are left out, the configuration does not have their labels${ofControl}: ${some(labels)}.`,
        ]
      : []),
    ...(mapped > 0 ? [`${mapped} annotations have labels of before, and follow to what these have become${ofControl}.`] : []),
    ...(doubtful.length > 0 ? [`Tasks that a second opinion is worth most for${ofControl}: ${some(doubtful)}.`] : []),
    ...(leftOut.ambiguous > 0
      ? [`${leftOut.ambiguous} annotations are left out, they choose several labels where one is allowed${ofControl}.`]
      : []),
    ...(leftOut.unreadable > 0
      ? [`${leftOut.unreadable} annotations are left out, their tasks have no text or image${ofControl}.`]
      : []),
  ];
}

function some(names: readonly string[]): string {
  return names.slice(0, NAMES).join(", ") + (names.length > NAMES ? ` and ${names.length - NAMES} more` : "");
}
