import { pino } from "pino";
import request from "supertest";
import { onTestFinished } from "vitest";
import { learningBackend } from "../../../src/label-studio/backend/learning-backend.js";
import { choicesControls } from "../../../src/label-studio/contract/choices-controls.js";
import type { TextPredictor } from "../../../src/label-studio/contract/predictor.js";
import { createBackendApp } from "../../../src/label-studio/http/app.js";
import { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import { EventJournal } from "../../../src/label-studio/state/event-journal.js";
import { TrainingQueue } from "../../../src/label-studio/training/training-queue.js";
import { trainingSet } from "../../../src/label-studio/training/training-set.js";
import type { ModelKind } from "../../../src/models/checkpoint/model-kind.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { fakePredictor } from "../fake-predictor.js";
import { brightnessPredictor } from "../images/brightness-predictor.js";
import { openTestStore } from "../state/open-test-store.js";

const CREATED = "2026-01-01T00:00:00Z";

/** A task without the predictions that Label Studio has for it. */
export interface LabelledTask {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a training would learn of a task, for the project's first control. */
export interface LearnedTask {
  readonly taskId: number;
  readonly input: string;
  readonly labels: readonly string[];
}

export interface ProjectCalls {
  /** What Label Studio does when a task is opened: set-up, then a prediction. */
  predict(task: LabelledTask): Promise<{ readonly model_version: string }>;
  /** What Label Studio sends after a submission. */
  submitted(id: number, task: LabelledTask, result: readonly unknown[]): Promise<void>;
  /** What the next training would see of the project. */
  trainingRows(): readonly LearnedTask[];
}

export interface ProjectOptions {
  readonly config: string;
  readonly kind: ModelKind;
  readonly labelStudioUrl: string;
  /** In place of one that reads label names in texts, or brightness. */
  readonly predictor?: TextPredictor | undefined;
}

/** A project of a learning server over a real store; only its models are made up: they read label names in texts, and brightness. */
export async function learningProject(
  id: number,
  { config, kind, labelStudioUrl, predictor }: ProjectOptions,
): Promise<ProjectCalls> {
  const store = await openTestStore(temporaryFolder());
  const models = new ProjectModels({
    records: store,
    bases: [{ kind, folder: "/base", version: "base-1", labels: [] }],
    settings: { iterations: 4, seed: 1, score: "bald", scoreOrder: "confidence", threshold: 0.4 },
    images: { labelStudio: { url: labelStudioUrl } },
    pool: {
      start: async ({ labels }) => ({
        predictor: predictor ?? (kind === "image" ? brightnessPredictor(labels) : fakePredictor(labels ?? [])),
        stop: () => Promise.resolve(),
      }),
    },
  });
  const trainings = new TrainingQueue({ store, job: () => Promise.reject(new Error("no training is asked for here")) });
  const logger = pino({ level: "silent" });
  const events = await EventJournal.open(store.folder, { position: 0 });
  const backend = learningBackend({ store, models, trainings, logger, events, baseModel: "base-1" });
  onTestFinished(() => backend.close());
  const app = createBackendApp({ backend, logger });
  const key = `${id}.${Date.parse(CREATED) / 1000}`;

  return {
    async predict(task) {
      const hostname = labelStudioUrl;
      const setup = await request(app)
        .post("/setup")
        .send({ project: key, schema: config, hostname, extra_params: null })
        .expect(200);
      const body = { tasks: [task], project: key, label_config: config, params: { hostname, context: null } };
      const { results } = (await request(app).post("/predict").send(body).expect(200)).body;
      if (results.length !== 1 || results[0].model_version !== setup.body.model_version)
        throw new Error(`One result of version ${setup.body.model_version} was expected: ${JSON.stringify(results)}`);
      return results[0];
    },
    async submitted(annotationId, task, result) {
      const about = {
        ground_truth: false,
        was_cancelled: false,
        completed_by: 1,
        lead_time: 4.2,
        updated_at: new Date().toISOString(),
      };
      await request(app)
        .post("/webhook")
        .send({
          action: "ANNOTATION_CREATED",
          annotation: { ...about, id: annotationId, task: task.id, project: id, result },
          task: { ...task, project: id },
          project: { id, title: "Editor", label_config: config, created_at: CREATED, min_annotations_to_start_training: 0 },
        })
        .expect(200);
    },
    trainingRows() {
      const [project] = store.projects();
      if (!project) throw new Error("The server knows no project.");
      const [control] = choicesControls(project.labelConfig, kind).controls;
      if (!control) throw new Error("The project has no control.");
      const data = trainingSet(store.annotations(project.id), [control], { minItems: 1, heldOutShare: 0 });
      const rows = data.kind === "ready" ? data.rows : [];
      return rows.map(({ taskId, input, answers }) => ({ taskId, input, labels: answers.get(control.name)! }));
    },
  };
}
