import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import { ModelHost, type ModelHostOptions } from "../../host/model-host.js";
import { controlFolders, jointLabel } from "../contract/control-folders.js";
import type { Predictor, PredictorCall } from "../contract/predictor.js";
import { contentKey } from "./content-key.js";
import type { ModelPlace, RunningModel, StartModel } from "./pooled-model.js";

export interface StartModelHostOptions extends Omit<ModelHostOptions, "kind" | "labels"> {
  /** Most tokens of a text; the rest is cut off. 128 by default. */
  readonly maxSeqLen?: number;
}

/** Behind the server, which answers `/health` while models compute. */
const NICE = 5;

/** Loads models in processes of their own; a version that has a model per control is one model of them all. */
export function startModelHost(options: StartModelHostOptions = {}): StartModel {
  const startOne = startInProcess(options);
  return async (place) => {
    const controls = await controlFolders(place.folder);
    if (controls === undefined) return startOne(place);
    const started: ControlModel[] = [];
    try {
      for (const { name, folder } of controls) started.push({ name, model: await startOne({ ...place, folder }) });
      return joinedModels(started);
    } catch (error) {
      await Promise.all(started.map(({ model }) => model.stop()));
      throw error;
    }
  };
}

function startInProcess(options: StartModelHostOptions): StartModel {
  const { maxSeqLen = DEFAULT_MAX_SEQ_LEN, ...rest } = options;
  return async ({ folder, kind, labels }: ModelPlace): Promise<RunningModel> => {
    const host = await ModelHost.start(folder, {
      nice: NICE,
      ...rest,
      ...(kind && { kind }),
      ...(labels && { labels }),
    });
    const itemKeys = (texts: readonly string[]) => texts.map((text) => contentKey(text).number);
    return {
      predictor:
        host.kind === "image"
          ? {
              kind: "image",
              labels: host.labels,
              isMultiLabel: host.isMultiLabel,
              processor: host.processor,
              predict: (images, call) => host.predict(images, call),
            }
          : {
              kind: "text",
              labels: host.labels,
              isMultiLabel: host.isMultiLabel,
              predict: (texts, call) => host.predict(texts, { itemKeys: itemKeys(texts), ...call, maxSeqLen }),
            },
      get pid() {
        return host.pid;
      },
      stop: () => host.stop(),
    };
  };
}

export interface ControlModel {
  /** The control that it answers. */
  readonly name: string;
  readonly model: RunningModel;
}

/** One model with the classes of several: each predicts all inputs. Throws `E_ARGUMENT` for models of different kinds, or none. */
export function joinedModels(parts: readonly ControlModel[]): RunningModel {
  const [first] = parts;
  if (first === undefined || parts.some(({ model }) => model.predictor.kind !== first.model.predictor.kind)) {
    throw new BaalError("E_ARGUMENT", "The models of a version's controls are expected to be of one kind, and at least one.");
  }
  const labels = parts.flatMap(({ name, model }) => model.predictor.labels.map((label) => jointLabel(name, label)));
  const predict = async (inputs: readonly never[], call: PredictorCall) => {
    const made: Predictions[] = [];
    for (const { model } of parts) made.push(await (model.predictor.predict as PredictAny)(inputs, call));
    return besideEachOther(made);
  };
  // Logits: a control of one choice is a softmax over its own, each label of another one a sigmoid.
  const predictor: Predictor = { ...first.model.predictor, labels, isMultiLabel: true, predict };
  return {
    predictor,
    get pid() {
      return first.model.pid;
    },
    async stop() {
      await Promise.all(parts.map(({ model }) => model.stop()));
    },
  };
}

type PredictAny = (inputs: readonly never[], call: PredictorCall) => Promise<Predictions>;

/** `[N, C1, K]` and `[N, C2, K]` as `[N, C1 + C2, K]`. */
function besideEachOther(parts: readonly Predictions[]): Predictions {
  const [first] = parts as [Predictions, ...Predictions[]];
  const [items = 0, , draws = 0] = first.shape;
  const widths = parts.map(({ shape }) => (shape[1] ?? 0) * draws);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const data = new Float32Array(items * width);
  let from = 0;
  for (const [position, part] of parts.entries()) {
    const own = widths[position]!;
    if (part.kind !== "logits" || part.shape[0] !== items || part.shape[2] !== draws) {
      throw new BaalError("E_SHAPE", `Each model should give logits [${items}, C, ${draws}]; ${part.kind} [${part.shape}] came.`);
    }
    for (let item = 0; item < items; item++) data.set(part.data.subarray(item * own, (item + 1) * own), item * width + from);
    from += own;
  }
  const isConsistent = parts.every((part) => part.isConsistent);
  return predictions("logits", [items, width / draws, draws], data, undefined, { isConsistent });
}
