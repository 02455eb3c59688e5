import { BaalError } from "../../errors.js";
import { type Predictions, predictions } from "../../predictions.js";
import { jointLabel } from "../joint-label.js";
import type { Predictor, PredictorCall } from "../predictor.js";
import type { RunningModel } from "./running-model.js";

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
