import { join } from "node:path";
import { BaalError } from "../../core/errors.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { fittingControls } from "../contract/choices-controls.js";
import { type TaskImageOptions, taskImageLoader } from "../images/load-task-image.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { storeImages } from "./training-images.js";
import type { JobContext } from "./training-queue.js";
import {
  type LearnedRow,
  type LearningData,
  learningData,
  type TrainingDataOptions,
  type TrainingDataReport,
} from "./training-set.js";

export interface PreparedDataOptions {
  readonly store: Pick<Store, "folder" | "annotations" | "logEvent">;
  readonly kind: ModelKind;
  readonly data?: Omit<TrainingDataOptions, "unusable"> | undefined;
  /** How images are got, and prepared for the model; needed for a model of images. */
  readonly images?: (TaskImageOptions & { readonly processor: ImageProcessor }) | undefined;
}

export interface PreparedData {
  readonly data: LearningData;
  /** What the model reads for a row: the text, or the path of the image's file. */
  readonly inputOf: (row: LearnedRow) => string;
}

/** So many names are written out. */
const NAMES = 20;

/**
 * The items that a project's model is to learn from; of images, those that could be loaded, which takes its time. What is left out is
 * told by events. Throws `E_LABEL_CONFIG`, `E_ABORTED`, and `E_ARGUMENT` where images are to be trained without the option `images`.
 */
export async function preparedData(
  project: ProjectRecord,
  { store, kind, data: settings, images }: PreparedDataOptions,
  { signal, onProgress }: JobContext,
): Promise<PreparedData> {
  const note = (message: string) => store.logEvent({ projectId: project.id, level: "warn", message });
  const { controls } = fittingControls(project.labelConfig, kind);
  const annotations = store.annotations(project.id);
  const all = learningData(annotations, controls, settings);
  for (const message of [...all.reports.flatMap(reportNotes), ...notLearned(all)]) note(message);
  if (kind === "text" || all.kind === "insufficient") return { data: all, inputOf: ({ input }) => input };
  if (images === undefined)
    throw new BaalError("E_ARGUMENT", "A model of images is trained with images: give the option images.");

  const { processor, ...loading } = images;
  const inputs = [...all.rows, ...all.heldOut].map(({ input, taskId }) => ({ value: input, taskId }));
  const { paths, failures } = await storeImages(inputs, {
    load: taskImageLoader(processor, loading),
    preparation: processor.key,
    folder: join(store.folder, "images", String(project.id)),
    signal,
    onProgress: (step, total) => onProgress({ phase: "data", step, total, loss: undefined }),
  });
  const [failure] = failures;
  if (failure === undefined) return { data: all, inputOf: ({ input }) => paths.get(input)! };
  note(
    `${failures.length} of ${inputs.length} images could not be loaded, their tasks are left out; of task ${failure.input.taskId}: ${failure.error.message}`,
  );
  const unusable = new Set(failures.map(({ input }) => input.value));
  const data = learningData(annotations, controls, { ...settings, unusable });
  return { data, inputOf: ({ input }) => paths.get(input)! };
}

function notLearned(data: LearningData): string[] {
  if (data.kind === "insufficient") return [];
  return data.notLearned.map(({ name, reason }) => `The control "${name}" is not learned yet: ${reason}.`);
}

function reportNotes({ control, leftOut, unknownLabels }: TrainingDataReport): string[] {
  const labels = Object.entries(unknownLabels).map(([label, count]) => `"${label.slice(0, 100)}" (${count})`);
  const ofControl = control === undefined ? "" : ` for the control "${control}"`;
  return [
    ...(labels.length > 0
      ? [
          `${leftOut.unknownLabels} annotations are left out, the configuration does not have their labels${ofControl}: ${some(labels)}.`,
        ]
      : []),
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
