import { BaalError } from "../../core/errors.js";
import type { PredictionKind } from "../../core/predictions.js";
import type { Task } from "../../core/task.js";
import type { CallOverrides, LayerCall } from "./call-overrides.js";
import { isModel } from "./layer-graph.js";
import type { TfLayer, TfLayersModel, TfModule, TfSymbolicTensor } from "./tf-types.js";

/** How a model's outputs become class scores. */
export interface OutputLayer {
  /** Of the {@link scores}, for the task that the layer tells. */
  readonly kind: PredictionKind;
  /** Numbers per item that the model itself gives. */
  readonly units: number;
  /** A single sigmoid unit for two labels: logits `[0, z]`. */
  readonly isBinary: boolean;
  /** The linear layer that the scores come from; features are what it reads. */
  readonly dense: TfLayer | undefined;
  /** With these the model gives logits: its last activation is left out. */
  readonly scores: CallOverrides;
  /** With these the model gives the features. `undefined` without {@link dense}. */
  readonly features: CallOverrides | undefined;
}

/** Activations whose inputs are logits. */
const STRIPPED = new Set(["softmax", "sigmoid"]);

/**
 * Finds the last layer of a classifier and leaves out its activation, if that is softmax or sigmoid. Otherwise it must be a linear
 * `Dense` layer, or `outputs` says what the model's numbers are, and nothing is left out.
 * Throws `E_MODEL_FORMAT` when the outputs are not `[batch, C]` for C labels, or nobody says what they are.
 */
export function outputLayer(
  tf: TfModule,
  model: TfLayersModel,
  {
    labels,
    outputs,
    task,
  }: { readonly labels: number; readonly outputs: PredictionKind | undefined; readonly task: Task | undefined },
): OutputLayer {
  const { activation, dense, skipped } = lastLayers(model);
  const units = unitsOf(model);
  const isBinary = units === 1 && labels === 2 && activation === "sigmoid" && outputs === undefined && task !== "regression";
  if (units !== labels && !isBinary) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The model gives ${units} numbers per item and has ${labels} labels; give one label per output (or two for one sigmoid unit).`,
    );
  }
  const asIs: LayerCall = (x) => x.clone();
  const skip = new Map<TfLayer, LayerCall>(skipped.map((layer) => [layer, asIs]));
  const features = dense && new Map([...skip, [dense, asIs] as const]);
  if (outputs === undefined && task === "regression")
    return { kind: "values", units, isBinary: false, dense, scores: new Map(), features };
  if (outputs !== undefined) return { kind: outputs, units, isBinary, dense, scores: new Map(), features };
  if (activation === "linear" ? !dense : !STRIPPED.has(activation)) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The model ends in ${model.outputs[0]!.sourceLayer.name} (${activation}), from which it cannot be seen what its numbers are: give outputs: "logits", "probabilities", "sigmoidLogits", "sigmoid" or "values".`,
    );
  }
  const scores = new Map(skip);
  if (dense && activationOf(dense) !== "linear") scores.set(dense, linear(tf, dense));
  const isMulti = task === "multi" || (task === undefined && activation === "sigmoid" && !isBinary);
  return { kind: isMulti ? "sigmoidLogits" : "logits", units, isBinary, dense, scores, features };
}

/** `W h + b` */
function linear(tf: TfModule, { weights }: TfLayer): LayerCall {
  const [kernel, bias] = weights;
  return (x) => {
    const product = tf.matMul(x, kernel!.read());
    return bias ? tf.add(product, bias.read()) : product;
  };
}

/** From the output back: activations that may be left out, and the Dense layer before them, also inside of models. */
function lastLayers(model: TfLayersModel) {
  const skipped: TfLayer[] = [];
  let activation = "linear";
  let output: TfSymbolicTensor | undefined = model.outputs[0]!;
  while (output) {
    const layer: TfLayer = output.sourceLayer;
    if (isModel(layer)) {
      output = layer.outputs[output.tensorIndex];
      continue;
    }
    const own = activationOf(layer);
    if (own !== "linear" && activation !== "linear") return { activation, dense: undefined, skipped };
    if (own !== "linear") activation = own;
    if (layer.getClassName() === "Dense") return { activation, dense: rankOf(output) === 2 ? layer : undefined, skipped };
    const isActivation = layer.getClassName() === "Activation" || layer.getClassName() === "Softmax";
    if (!isActivation || (own !== "linear" && !STRIPPED.has(own))) return { activation, dense: undefined, skipped };
    skipped.push(layer);
    output = output.inputs[0];
  }
  return { activation, dense: undefined, skipped };
}

function activationOf(layer: TfLayer): string {
  const name = layer.getClassName();
  if (name === "Softmax") return "softmax";
  const activation = layer.getConfig()["activation"];
  return typeof activation === "string" ? activation : "linear";
}

function unitsOf({ outputs }: TfLayersModel): number {
  const [output] = outputs;
  const units = output?.shape.at(-1);
  if (outputs.length !== 1 || !output || rankOf(output) !== 2 || typeof units !== "number") {
    const shapes = outputs.map(({ shape }) => `[${shape.map((dim) => dim ?? "batch")}]`).join(", ");
    throw new BaalError(
      "E_MODEL_FORMAT",
      `A classifier has one output [batch, C]; this model's outputs are ${shapes || "none"}.`,
    );
  }
  return units;
}

function rankOf({ shape }: TfSymbolicTensor): number {
  return shape.length;
}
