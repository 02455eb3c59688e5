import { LRUCache } from "lru-cache";
import { DEFAULT_ITERATIONS } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { isRecord } from "../../core/json-values.js";
import { fittingControls } from "../contract/choices-controls.js";
import { HttpError } from "../contract/http-error.js";
import { controlMatcher, noSharedLabel } from "../contract/label-match.js";
import { CURRENT_VERSION, type ModelParameters, readModelParameters, withParameters } from "../contract/model-parameters.js";
import { answerTasks } from "../contract/predict-tasks.js";
import type { PredictionOptions } from "../contract/prediction.js";
import type { Predictor } from "../contract/predictor.js";
import { defaultScore, scoreRecord } from "../contract/score.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import { validateConfig } from "../contract/validate-config.js";
import { type ImageTaskModelOptions, imageTaskModel } from "../images/image-task-model.js";
import type { Backend, SetupCall } from "./backend.js";
import { noteMissingChoice } from "./note-missing-choice.js";

/** How results are made of the model's draws, and under which version. */
export interface FixedBackendOptions extends PredictionOptions {
  /** The same string from setup and in each prediction; it must change only when the model does. Not empty. */
  readonly modelVersion: string;
  /** How images are found and downloaded, and within which limits. */
  readonly images?: ImageTaskModelOptions | undefined;
  /** K, the draws per text or image; 20 by default. */
  readonly iterations?: number | undefined;
  readonly seed?: number | undefined;
}

const NO_TRAINING =
  "This server does not train yet: train with `baal train`, then start `baal serve` with the new model. Nothing was changed.";

const NO_LABEL_STUDIO =
  "images that were uploaded to Label Studio, or that its storages hold, cannot be read: set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY";

/** So many projects' parameters are remembered. */
const PROJECTS = 1000;

const MODEL_CLASSES = { text: "TextClassifier", image: "ImageClassifier" };

/**
 * A backend with one model as it is, for every project: it remembers nothing and trains nothing. The predictor stays the caller's, who ends
 * it. Throws `E_ARGUMENT` for options out of range.
 *
 * @example
 * ```ts no-run=server
 * import { ModelHost } from "baaljs";
 * import { createApp, fixedBackend } from "baaljs/label-studio";
 *
 * const host = await ModelHost.start("my-model"); // the model in a process of its own
 * createApp(fixedBackend(host, { modelVersion: "intents-1" })).listen(9090);
 * ```
 */
export function fixedBackend(predictor: Predictor, options: FixedBackendOptions): Backend {
  checkOptions(options);
  const { modelVersion, images, iterations = DEFAULT_ITERATIONS, seed = 0, score, scoreOrder, threshold } = options;
  const model = predictor.kind === "image" ? imageTaskModel(predictor, images) : textTaskModel(predictor);
  const { topLabels, outOfScopeChoice } = options;
  const settings = { modelVersion, iterations, seed, score, scoreOrder, threshold, topLabels, outOfScopeChoice };
  // Label Studio says them with each set-up, and it sets up before each prediction.
  const parametersOf = new LRUCache<string, ModelParameters>({ max: PROJECTS });
  return {
    modelClass: MODEL_CLASSES[model.kind],
    trainMessage: NO_TRAINING,
    setup(call) {
      noteMismatches(call, model, { canReadFiles: images?.labelStudio !== undefined });
      const { project = "", extraParams } = call;
      if (extraParams !== undefined) {
        const parameters = readModelParameters(extraParams, { source: "extra_params" });
        withParameters(settings, parameters);
        checkVersion(parameters, modelVersion);
        parametersOf.set(project, parameters);
      }
      noteMissingChoice({ outOfScopeChoice, ...parametersOf.get(project) }, call);
      return modelVersion;
    },
    async predict(call) {
      const { parameters = {}, project } = call;
      checkVersion(parameters, modelVersion);
      return answerTasks(call, model, withParameters(settings, parametersOf.get(project) ?? {}, parameters));
    },
    validate: (labelConfig) => validateConfig(labelConfig, model),
    async webhook(body) {
      const action = isRecord(body) && typeof body["action"] === "string" ? body["action"].slice(0, 100) : undefined;
      const starts = action === "START_TRAINING";
      const problems = action === undefined ? ['a webhook is an object with a text "action"'] : starts ? [NO_TRAINING] : [];
      const message = starts ? NO_TRAINING : "Events are not used yet.";
      return { action, projectId: undefined, started: undefined, problems, message };
    },
    versions: () => [modelVersion],
    endStreams() {},
    async close() {},
  };
}

/** Says at setup, where it can still be mended, what will not be predicted. */
function noteMismatches(
  { labelConfig, hostname, onNote = () => {} }: SetupCall,
  model: TaskModel,
  { canReadFiles }: { readonly canReadFiles: boolean },
): void {
  const { kind } = model;
  const { controls, skipped } = fittingControls(labelConfig, kind);
  const matchLabels = controlMatcher(model);
  for (const { name, reason } of skipped) {
    onNote({ level: "info", message: `no predictions for this control: ${reason}`, fields: { control: name } });
  }
  for (const control of controls) {
    if (control.dynamicChoices !== undefined) continue;
    const match = matchLabels(control);
    const { unusedClasses, unknownLabels } = match;
    const fields = { control: control.name };
    if (match.pairs.length === 0) onNote({ level: "warn", message: noSharedLabel(control, match).message, fields });
    else if (control.number === undefined && unusedClasses.length + unknownLabels.length > 0) {
      const message = "the control's labels are not exactly the model's classes";
      onNote({ level: "warn", message, fields: { ...fields, unusedClasses, unknownLabels } });
    }
  }
  if (kind === "image" && controls.length > 0 && !canReadFiles) {
    onNote({ level: "warn", message: NO_LABEL_STUDIO, fields: { hostname: hostname?.slice(0, 200) } });
  }
}

function checkVersion({ modelVersion: asked }: ModelParameters, modelVersion: string): void {
  if (asked === undefined || asked === modelVersion || asked === CURRENT_VERSION) return;
  throw new HttpError(
    400,
    "E_REQUEST",
    `model_version is ${modelVersion}, the only one here, or "${CURRENT_VERSION}"; ${JSON.stringify(asked)} came. With --data-dir versions are kept.`,
  );
}

function checkOptions({
  iterations = DEFAULT_ITERATIONS,
  modelVersion,
  score = defaultScore,
  threshold = 0.5,
}: FixedBackendOptions): void {
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
