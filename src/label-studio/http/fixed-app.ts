import express, { type Express, type Request, type Response, Router } from "express";
import type { Logger } from "pino";
import { DEFAULT_ITERATIONS } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { type ChoicesControls, fittingControls } from "../contract/choices-controls.js";
import { type ImageTaskModelOptions, imageTaskModel } from "../contract/image-task-model.js";
import { labelMatcher, noSharedLabel } from "../contract/label-match.js";
import { predictTasks } from "../contract/predict-tasks.js";
import type { PredictionOptions } from "../contract/prediction.js";
import type { Predictor } from "../contract/predictor.js";
import { defaultScore, scoreRecord } from "../contract/score.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import { type AppShellOptions, appShell, responseLog } from "./app-shell.js";
import { type BasicAuth, requireBasicAuth } from "./basic-auth.js";
import { HttpError, parseBody } from "./http-error.js";
import { predictRequest, setupRequest, webhookRequest } from "./requests.js";

export interface LabelStudioAppOptions extends PredictionOptions, AppShellOptions {
  readonly predictor: Predictor;
  /** The same string from setup and in each prediction; it must change only when the model does. Not empty. */
  readonly modelVersion: string;
  /** What `/health` reports; `"TextClassifier"` or `"ImageClassifier"` by default. */
  readonly modelClass?: string;
  /** How images are found and downloaded, and within which limits. */
  readonly images?: ImageTaskModelOptions;
  /** K, the draws per text or image; 20 by default. */
  readonly iterations?: number;
  readonly seed?: number;
  /** Most tasks in one request; 10,000 by default. */
  readonly maxTasks?: number;
  /** Asked for on each call but `/webhook`, to which Label Studio does not send it. */
  readonly basicAuth?: BasicAuth;
}

const noTraining =
  "This server does not train yet: train with `baal train`, then start `baal serve` with the new model. Nothing was changed.";

const noLabelStudio =
  "images that were uploaded to Label Studio, or that its storages hold, cannot be read: set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY";

const modelClasses = { text: "TextClassifier", image: "ImageClassifier" };

/**
 * An Express app that is a Label Studio ML backend for the classification of texts or images with Choices. Health and setup never wait
 * for the model. Throws `E_ARGUMENT` for options out of range.
 */
export function createLabelStudioApp(options: LabelStudioAppOptions): Express {
  checkOptions(options);
  const calls = "GET /health, POST /setup, POST /predict, GET /versions, POST /webhook, POST /train";
  return appShell(createRouter(options), { ...options, calls });
}

function createRouter(options: LabelStudioAppOptions): Router {
  const { basicAuth, predictor, modelVersion, bodyLimit = "100mb" } = options;
  const model = predictor.kind === "image" ? imageTaskModel(predictor, options.images) : textTaskModel(predictor);
  const { modelClass = modelClasses[model.kind] } = options;
  const router = Router();
  // Whatever type the caller declares: a body that is no JSON is answered with a message that says so.
  const body = express.json({ limit: bodyLimit, type: () => true });

  router.post("/webhook", body, (request, response) => {
    const { action } = parseBody(webhookRequest, request.body, "/webhook");
    const starts = action === "START_TRAINING";
    responseLog(response)[starts ? "warn" : "debug"]({ action: action.slice(0, 40) }, starts ? noTraining : "event ignored");
    response.json({ status: "ignored", message: starts ? noTraining : "Events are not used yet." });
  });
  if (basicAuth !== undefined) router.use(requireBasicAuth(basicAuth));
  router.get(["/", "/health"], (_, response) => {
    response.json({ status: "UP", model_class: modelClass });
  });
  router.get("/versions", (_, response) => {
    response.json({ versions: [modelVersion] });
  });
  router.post("/setup", body, (request, response) => {
    const { schema, project, hostname } = parseBody(setupRequest, request.body, "/setup");
    const log = responseLog(response).child({ project });
    const found = fittingControls(schema ?? "", model.kind);
    logSetup(found, model, log);
    if (model.kind === "image" && found.controls.length > 0 && options.images?.labelStudio === undefined) {
      log.warn({ hostname: hostname?.slice(0, 200) }, noLabelStudio);
    }
    response.json({ model_version: modelVersion });
  });
  router.post("/predict", body, (request, response) => answerPredict(request, response, { ...options, model }));
  router.post("/train", (_, response) => {
    responseLog(response).warn(noTraining);
    response.json({ status: "ignored", message: noTraining });
  });
  return router;
}

async function answerPredict(
  request: Request,
  response: Response,
  options: LabelStudioAppOptions & { readonly model: TaskModel },
): Promise<void> {
  const { model, iterations = DEFAULT_ITERATIONS, seed = 0, maxTasks = 10_000 } = options;
  const { tasks, label_config, project } = parseBody(predictRequest, request.body, "/predict");
  if (tasks.length > maxTasks) {
    throw new HttpError(413, "E_REQUEST", `At most ${maxTasks} tasks are predicted at once, ${tasks.length} came: select fewer.`);
  }
  const log = responseLog(response).child({ project, tasks: tasks.length });
  const { controls, skipped } = fittingControls(label_config, model.kind);
  if (controls.length === 0)
    log.warn({ skipped }, "no control of the labelling configuration can be predicted: all results are empty");
  const abort = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  const { results, mismatches, problems } = await predictTasks(tasks, controls, model, {
    ...options,
    iterations,
    seed,
    signal: abort.signal,
  });
  for (const mismatch of mismatches) log.warn(mismatch);
  if (problems.length > 0) {
    log.warn({ problems: problems.slice(0, 20), count: problems.length }, "some tasks got an empty or incomplete prediction");
  }
  response.json({ results });
}

/** Says at setup, where it can still be mended, what will not be predicted. */
function logSetup({ controls, skipped }: ChoicesControls, { labels }: TaskModel, log: Logger): void {
  const matchLabels = labelMatcher(labels);
  for (const { name, reason } of skipped) log.info({ control: name }, `no predictions for this control: ${reason}`);
  for (const control of controls) {
    if (control.dynamicChoices !== undefined) continue;
    const match = matchLabels(control.choices, control.name);
    const { unusedClasses, unknownLabels } = match;
    if (match.pairs.length === 0) log.warn({ control: control.name }, noSharedLabel(control, match).message);
    else if (unusedClasses.length + unknownLabels.length > 0) {
      log.warn(
        { control: control.name, unusedClasses, unknownLabels },
        "the control's labels are not exactly the model's classes",
      );
    }
  }
}

function checkOptions({
  iterations = DEFAULT_ITERATIONS,
  modelVersion,
  score = defaultScore,
  threshold = 0.5,
}: LabelStudioAppOptions): void {
  if (modelVersion === "")
    throw new BaalError("E_ARGUMENT", "modelVersion is empty; Label Studio needs a name that changes with the model.");
  const { fewestDraws: fewest } = scoreRecord(score);
  if (!Number.isInteger(iterations) || iterations < fewest) {
    throw new BaalError(
      "E_ARGUMENT",
      `iterations is a whole number of at least ${fewest} for the score "${score}", ${iterations} came.`,
    );
  }
  if (!(threshold > 0 && threshold <= 1))
    throw new BaalError("E_ARGUMENT", `threshold is a probability above 0, ${threshold} came.`);
}
