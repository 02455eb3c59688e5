import { BaalError } from "../../../core/errors.js";
import { floatAttribute, intAttribute, stringAttribute } from "../../onnx/attributes.js";
import { int } from "../../onnx/builder.js";
import { freshName } from "../../onnx/graph.js";
import { type GradientRule, type GradientRules, once, type RuleContext } from "../rule.js";
import { CELLS, type DirectionGradients } from "./recurrent-cells.js";
import { dimOf, filledLike } from "./shapes.js";

/** Recurrent layers: X `[time, batch, I]`, W `[directions, gates * H, I]`, R `[directions, gates * H, H]`, B `[directions, 2 * gates * H]`. */
export const recurrentRules: GradientRules = { RNN: recurrent, LSTM: recurrent, GRU: recurrent };

function recurrent(context: RuleContext): ReturnType<GradientRule> {
  checkForm(context);
  const { builder: b, node, x } = context;
  const count = stringAttribute(node, "direction", "forward") === "bidirectional" ? 2 : 1;
  const directions = once(() => Array.from({ length: count }, (_, at) => directionBack(context, at)));
  const joined = (pick: (direction: DirectionResult) => string) => () =>
    b.concat(
      directions().map((direction) => b.unsqueeze(pick(direction), [0])),
      0,
    );
  const summed = () => {
    const parts = directions().map(({ dx }) => dx);
    return parts.length === 1 ? parts[0]! : b.add(parts[0]!, parts[1]!);
  };
  const gradients = [summed, joined(({ dW }) => dW), joined(({ dR }) => dR), x[3] ? joined(({ dB }) => dB) : null, null];
  return [
    ...gradients,
    joined(({ dFirst }) => dFirst),
    ...(node.opType === "LSTM" ? [joined(({ dFirstCell }) => dFirstCell!)] : []),
  ];
}

/** Refuses what has no gradient here by name, rather than give one that is wrong. */
function checkForm({ node, x }: RuleContext): void {
  const direction = stringAttribute(node, "direction", "forward");
  const given = node.attributes["activations"];
  const names = (given?.kind === "strings" ? given.value : []).map((name) => name.toLowerCase());
  const { activations } = CELLS[node.opType]!;
  const isKnown =
    node.opType === "RNN"
      ? names.every((name) => activations.includes(name) && name === names[0])
      : names.every((name, i) => name === activations[i % activations.length]);
  const reason =
    (!isKnown && `uses the activations ${names.join(", ")}`) ||
    (node.attributes["clip"] && floatAttribute(node, "clip", 0) > 0 && "clips its gates") ||
    (intAttribute(node, "input_forget", 0) === 1 && "couples input and forget gates") ||
    (intAttribute(node, "layout", 0) === 1 && "has the batch as first axis (layout=1)") ||
    (x[7] && "has peepholes") ||
    (!["forward", "reverse", "bidirectional"].includes(direction) && `runs in the direction "${direction}"`);
  if (!reason) return;
  throw new BaalError(
    "E_OP_UNSUPPORTED",
    `${node.opType} node "${node.name}" ${reason}, which has no gradient rule; freeze the parameters before it, or export the model with PyTorch's own nn.${node.opType}.`,
  );
}

interface DirectionResult {
  readonly dx: string;
  readonly dW: string;
  readonly dR: string;
  readonly dB: string;
  readonly dFirst: string;
  readonly dFirstCell?: string | undefined;
}

/** The gradients of one direction of the layer. A direction that runs backwards is one that runs forwards on reversed sequences. */
function directionBack(context: RuleContext, at: number): DirectionResult {
  const { builder: b, node, x, dys } = context;
  const cell = CELLS[node.opType]!;
  const direction = stringAttribute(node, "direction", "forward");
  const isReversed = direction === "reverse" || at === 1;
  const turned = (value: string) => (isReversed ? reverseTime(context, value) : value);
  const ofDirection = (value: string, axis = 0) => b.gather(value, b.int64(at), axis);
  const [w, r] = [ofDirection(x[1]!), ofDirection(x[2]!)];
  const hidden = dimOf(b, x[2]!, 2);
  const state = b.concat([dimOf(b, x[0]!, 1), hidden], 0);
  const zeros = once(() => b.op("ConstantOfShape", [state]));
  const orZeros = (value: string | undefined) => (value ? ofDirection(value) : zeros());

  const input = turned(x[0]!);
  const all = output(context, 0);
  const after = turned(ofDirection(all, 1));
  const first = orZeros(x[5]);
  const everyStepBefore = b.concat([b.unsqueeze(first, [0]), after], 0);
  const before = b.slice(everyStepBefore, b.int64s([0]), b.int64s([-1]), b.int64s([0]));
  const biases = x[3] ? b.ops("Split", [ofDirection(x[3])], { axis: int(0), num_outputs: int(2) }, { outputs: 2 }) : undefined;
  const biasOf = (which: 0 | 1) => biases?.[which] ?? b.op("ConstantOfShape", [dimOf(b, x[2]!, 1)]);
  const linear = (value: string, matrix: string, bias: string) => b.add(b.matMul(value, b.transpose(matrix, [1, 0])), bias);
  const bias = biasOf(1);
  const given = node.attributes["activations"];
  const gradients = cell.backward(b, {
    fromInput: linear(input, w, biasOf(0)),
    fromState: linear(before, r, bias),
    before,
    after,
    weights: r,
    bias,
    within: x[4] ? withinSequence(context, x[4]) : undefined,
    dy: dys[0] ? turned(ofDirection(dys[0], 1)) : filledLike(b, after),
    dLast: orZeros(dys[1]),
    dLastCell: orZeros(dys[2]),
    firstCell: orZeros(x[6]),
    activation: (given?.kind === "strings" ? given.value[0] : undefined)?.toLowerCase() ?? "tanh",
    linearBeforeReset: intAttribute(node, "linear_before_reset", 0) === 1,
  });
  return {
    dx: turned(b.matMul(gradients.dInput, w)),
    dW: productOverSteps(context, gradients.dInput, input),
    dR: byState(context, gradients, before),
    dB: b.concat(
      [gradients.dInput, gradients.dState].map((value) => b.reduceSum(value, b.int64s([0, 1]), { keepDims: false })),
      0,
    ),
    dFirst: gradients.dFirst,
    dFirstCell: gradients.dFirstCell,
  };
}

/** dR: rows of a gate that read something else than the state before are summed with that. */
function byState(context: RuleContext, { dState, read }: DirectionGradients, before: string): string {
  if (!read) return productOverSteps(context, dState, before);
  const { builder: b } = context;
  const attributes = { axis: int(-1), num_outputs: int(read.length) };
  const parts = b.ops("Split", [dState], attributes, { outputs: read.length });
  return b.concat(
    parts.map((part, gate) => productOverSteps(context, part, read[gate]!)),
    0,
  );
}

/** Sum over steps and batch of a b': `[time, batch, n]` and `[time, batch, m]` give `[n, m]`. */
function productOverSteps({ builder: b }: RuleContext, left: string, right: string): string {
  const flat = (value: string) => b.reshape(value, b.concat([b.int64s([-1]), dimOf(b, value, 2)], 0));
  return b.gemm(flat(left), flat(right), undefined, { transA: true });
}

/** `[time, batch, n]` with the steps of each sequence in the opposite order; what lies beyond its end stays. */
function reverseTime({ builder: b, x }: RuleContext, value: string): string {
  if (x[4]) return b.op("ReverseSequence", [value, b.cast(x[4], "int64")], { time_axis: int(0), batch_axis: int(1) });
  return b.slice(value, b.int64s([-1]), b.int64s([-(2 ** 31)]), b.int64s([0]), b.int64s([-1]));
}

function withinSequence({ builder: b, x }: RuleContext, lengths: string): string {
  const time = b.op("Squeeze", [dimOf(b, x[0]!, 0)]);
  const steps = b.op("Range", [b.int64(0), time, b.int64(1)]);
  const isWithin = b.op("Less", [b.unsqueeze(steps, [1]), b.unsqueeze(b.cast(lengths, "int64"), [0])]);
  return b.unsqueeze(b.cast(isWithin, "float32"), [2]);
}

/** An output of the forward node, added where the model does not read it. */
function output({ builder, node, x }: RuleContext, index: number): string {
  while (node.outputs.length <= index) node.outputs.push("");
  if (!node.outputs[index]) {
    node.outputs[index] = freshName(builder.graph, `${node.name}.states`);
    const [directions, , hidden] = builder.type(x[2]!)?.shape ?? [];
    const [time, batch] = builder.type(x[0]!)?.shape ?? [];
    const shape = [time, directions, batch, hidden];
    const isKnown = shape.every((dim) => dim !== undefined);
    builder.graph.types.set(node.outputs[index], { dtype: "float32", shape: isKnown ? shape : undefined });
  }
  return node.outputs[index];
}
