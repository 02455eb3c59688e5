import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { areLogits, type Predictions, predictions } from "../../core/predictions.js";
import { type HostWorker, SERVING_NICE } from "../../host/host-worker.js";
import { ModelHost, type ModelHostOptions } from "../../host/model-host.js";
import { controlFolders, jointLabel, NUMBER_OUTPUT, SCOPE_OUTPUT } from "../contract/control-folders.js";
import { type PredictsInputs, type TextEncoderModel, withCalls } from "../contract/predictor.js";
import type { ModelPlace, RunningModel, StartModel } from "./pooled-model.js";

/** `maxSeqLen` is 128 by default. */
export type HostedModelsOptions = Omit<ModelHostOptions, "kind" | "labels" | "isEncoder" | "signal">;

/**
 * Loads models in processes of their own, the first of them in `ahead`, where that was started before; a version that has a model per control is one
 * model of them all.
 */
export function hostedModels(options: HostedModelsOptions = {}, ahead?: HostWorker): StartModel {
  let waiting = ahead;
  const startHost = (place: ModelPlace, settings: HostedModelsOptions & Pick<ModelHostOptions, "signal">) => {
    const worker = waiting;
    waiting = undefined;
    return startModel(place, settings, worker);
  };
  return async (place, { signal } = {}) => {
    const settings = { ...options, signal };
    const controls = await controlFolders(place.folder);
    if (controls === undefined) return startHost(place, settings);
    const started: ControlModel[] = [];
    try {
      for (const { name, folder } of controls) started.push({ name, model: await startHost({ ...place, folder }, settings) });
      return joinedModels(started);
    } catch (error) {
      await Promise.all(started.map(({ model }) => model.stop()));
      throw error;
    }
  };
}

async function startModel(
  { folder, kind, labels, isEncoder }: ModelPlace,
  options: HostedModelsOptions & Pick<ModelHostOptions, "signal">,
  ahead: HostWorker | undefined,
): Promise<RunningModel> {
  const settings = { maxSeqLen: options.maxSeqLen ?? DEFAULT_MAX_SEQ_LEN };
  const host = await ModelHost.start(folder, { nice: SERVING_NICE, ...options, kind, labels, isEncoder, ...settings }, ahead);
  return {
    predictor: host,
    encoder: host.kind === "text" && host.hasFeatures ? textEncoder(host, settings) : undefined,
    get pid() {
      return host.pid;
    },
    stop: () => host.stop(),
  };
}

function textEncoder(host: ModelHost, { maxSeqLen }: { readonly maxSeqLen: number }): TextEncoderModel {
  return {
    features: (texts, { signal }) => host.features(texts, { maxSeqLen, signal }),
    fingerprint: async () => `${await host.featureFingerprint()} of ${maxSeqLen} tokens`,
  };
}

export interface ControlModel {
  /** The control that it answers. */
  readonly name: string;
  readonly model: RunningModel;
}

/** One model with the outputs of several, and how far each is beyond its scope: each predicts all inputs. Throws `E_ARGUMENT` for models of different kinds, or none. */
export function joinedModels(models: readonly ControlModel[]): RunningModel {
  const [first] = models;
  if (first === undefined || models.some(({ model }) => model.predictor.kind !== first.model.predictor.kind)) {
    throw new BaalError("E_ARGUMENT", "The models of a version's controls are expected to be of one kind, and at least one.");
  }
  const labels = models.flatMap(({ name, model: { predictor } }) =>
    [...(predictor.isRegression ? [NUMBER_OUTPUT] : predictor.labels), SCOPE_OUTPUT].map((label) => jointLabel(name, label)),
  );
  const thresholds = models.flatMap(({ model: { predictor } }) => [
    ...(predictor.thresholds ?? predictor.labels.map(() => 0.5)),
    Number.POSITIVE_INFINITY,
  ]);
  const all: PredictsInputs = {
    async predict(inputs, call) {
      const made: Predictions[] = [];
      for (const { model } of models) made.push(await (model.predictor as PredictsInputs).predict(inputs, call));
      return besideEachOther(made);
    },
  };
  return {
    // Logits: a control of one choice is a softmax over its own, each label of another one a sigmoid; and numbers.
    predictor: { ...withCalls(first.model.predictor, all), labels, isMultiLabel: true, isRegression: false, thresholds },
    get pid() {
      return first.model.pid;
    },
    async stop() {
      await Promise.all(models.map(({ model }) => model.stop()));
    },
  };
}

/** `[N, C1, K]` and `[N, C2, K]` as `[N, C1 + 1 + C2 + 1, K]`, behind each how far the item is beyond its scope. */
function besideEachOther(parts: readonly Predictions[]): Predictions {
  const [first] = parts as [Predictions, ...Predictions[]];
  const [items = 0, , draws = 0] = first.shape;
  const widths = parts.map(({ shape }) => ((shape[1] ?? 0) + 1) * draws);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const data = new Float32Array(items * width);
  let from = 0;
  for (const [position, part] of parts.entries()) {
    const own = widths[position]! - draws;
    if (!(areLogits(part.kind) || part.kind === "values") || part.shape[0] !== items || part.shape[2] !== draws) {
      throw new BaalError(
        "E_SHAPE",
        `Each model should give logits or numbers [${items}, C, ${draws}]; ${part.kind} [${part.shape}] came.`,
      );
    }
    for (let item = 0; item < items; item++) {
      const at = item * width + from;
      data.set(part.data.subarray(item * own, (item + 1) * own), at);
      data.fill(part.beyondScope_N?.[item] ?? -1, at + own, at + own + draws);
    }
    from += own + draws;
  }
  const isConsistent = parts.every((part) => part.isConsistent);
  return predictions("sigmoidLogits", [items, width / draws, draws], data, undefined, { isConsistent });
}
