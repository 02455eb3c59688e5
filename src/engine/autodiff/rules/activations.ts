import { floatAttribute, intAttribute, stringAttribute } from "../../onnx/attributes.js";
import type { GraphBuilder } from "../../onnx/builder.js";
import { type GradientRules, once } from "../rule.js";

/** Functions that neural networks brought, ONNX Runtime's own fused ones included. Plain mathematics is in `elementwise.ts`. */
export const activationRules: GradientRules = {
  // d relu(x) = [y > 0] dx
  Relu: ({ builder, dy, y }) => [() => builder.where(builder.op("Greater", [y[0]!, builder.scalar(0)]), dy, builder.scalar(0))],
  // d leaky(x) = (x > 0 ? 1 : alpha) dx
  LeakyRelu: ({ builder, node, dy, x }) => [
    () =>
      builder.where(
        builder.op("Greater", [x[0]!, builder.scalar(0)]),
        dy,
        builder.mul(dy, builder.scalar(floatAttribute(node, "alpha", 0.01))),
      ),
  ],
  // y = x > 0 ? x : s x:  dx = (x > 0 ? 1 : s) dy,  ds = (x > 0 ? 0 : x) dy
  PRelu: ({ builder, dy, x: [value, slope] }) => {
    const positive = once(() => builder.op("Greater", [value!, builder.scalar(0)]));
    return [
      () => builder.where(positive(), dy, builder.mul(dy, slope!)),
      { broadcast: () => builder.where(positive(), builder.scalar(0), builder.mul(dy, value!)) },
    ];
  },
  // y = x > 0 ? x : alpha (e^x - 1):  dx = (x > 0 ? 1 : y + alpha) dy
  Elu: ({ builder, node, dy, x, y }) => [
    () => exponentialUnit(builder, { x: x[0]!, y: y[0]!, dy, gain: 1, alpha: floatAttribute(node, "alpha", 1) }),
  ],
  // y = gamma elu(x):  dx = (x > 0 ? gamma : y + gamma alpha) dy
  Selu: ({ builder, node, dy, x, y }) => [
    () => {
      const gain = floatAttribute(node, "gamma", 1.0507009873554805);
      const alpha = floatAttribute(node, "alpha", 1.6732632423543772);
      return exponentialUnit(builder, { x: x[0]!, y: y[0]!, dy, gain, alpha: gain * alpha });
    },
  ],
  // y = x > 0 ? x : alpha (e^(x / alpha) - 1):  dx = (x > 0 ? 1 : 1 + y / alpha) dy
  Celu: ({ builder, node, dy, x, y }) => [
    () => {
      const scaled = builder.mul(y[0]!, builder.scalar(1 / floatAttribute(node, "alpha", 1)));
      return exponentialUnit(builder, { x: x[0]!, y: scaled, dy, gain: 1, alpha: 1 });
    },
  ],
  // d sigmoid(x) = y (1 - y) dx
  Sigmoid: ({ builder, dy, y }) => [() => builder.mul(dy, builder.mul(y[0]!, builder.sub(builder.scalar(1), y[0]!)))],
  // y = alpha x + beta, clipped to [0, 1]:  dx = [0 < y < 1] alpha dy
  HardSigmoid: ({ builder, node, dy, y }) => [
    () => {
      const inside = builder.op("And", [
        builder.op("Greater", [y[0]!, builder.scalar(0)]),
        builder.op("Less", [y[0]!, builder.scalar(1)]),
      ]);
      return builder.where(inside, builder.mul(dy, builder.scalar(floatAttribute(node, "alpha", 0.2))), builder.scalar(0));
    },
  ],
  // y = x hardSigmoid(x), with slope 1/6:  dx = (x <= -3 ? 0 : x < 3 ? x / 3 + 1/2 : 1) dy
  HardSwish: ({ builder, dy, x }) => [
    () => {
      const slope = builder.add(builder.mul(x[0]!, builder.scalar(1 / 3)), builder.scalar(0.5));
      const below = builder.where(builder.op("Less", [x[0]!, builder.scalar(3)]), slope, builder.scalar(1));
      const above = builder.op("Greater", [x[0]!, builder.scalar(-3)]);
      return builder.where(above, builder.mul(dy, below), builder.scalar(0));
    },
  ],
  // d tanh(x) = (1 - y^2) dx
  Tanh: ({ builder, dy, y }) => [() => builder.mul(dy, builder.sub(builder.scalar(1), builder.mul(y[0]!, y[0]!)))],
  // d ln(1 + e^x) = sigmoid(x) dx
  Softplus: ({ builder, dy, x }) => [() => builder.mul(dy, builder.sigmoid(x[0]!))],
  // y = x t with t = tanh(softplus(x)):  dx = (t + x sigmoid(x) (1 - t^2)) dy
  Mish: ({ builder, dy, x }) => [
    () => {
      const t = builder.tanh(builder.op("Softplus", [x[0]!]));
      const bend = builder.mul(builder.mul(x[0]!, builder.sigmoid(x[0]!)), builder.sub(builder.scalar(1), builder.mul(t, t)));
      return builder.mul(dy, builder.add(t, bend));
    },
  ],
  // y = x / (1 + |x|):  dx = (1 - |y|)^2 dy
  Softsign: ({ builder, dy, y }) => [
    () => {
      const rest = builder.sub(builder.scalar(1), builder.op("Abs", [y[0]!]));
      return builder.mul(dy, builder.mul(rest, rest));
    },
  ],
  // y = x > alpha ? x : 0:  dx = [x > alpha] dy
  ThresholdedRelu: ({ builder, node, dy, x }) => [
    () => {
      const above = builder.op("Greater", [x[0]!, builder.scalar(floatAttribute(node, "alpha", 1))]);
      return builder.where(above, dy, builder.scalar(0));
    },
  ],
  // y = x < -lambd ? x + bias : x > lambd ? x - bias : 0:  dx = [|x| > lambd] dy
  Shrink: ({ builder, node, dy, x }) => [
    () => {
      const outside = builder.op("Greater", [builder.op("Abs", [x[0]!]), builder.scalar(floatAttribute(node, "lambd", 0.5))]);
      return builder.where(outside, dy, builder.scalar(0));
    },
  ],
  // d softmax(x) = y (dx - sum(y dx))
  Softmax: ({ builder, node, dy, y: [result] }) => [
    () => {
      const axes = builder.int64s([intAttribute(node, "axis", -1)]);
      const y = withoutEmptyRows(builder, result!);
      return builder.mul(y, builder.sub(dy, builder.reduceSum(builder.mul(dy, y), axes)));
    },
  ],
  // d logSoftmax(x) = dx - e^y sum(dx)
  LogSoftmax: ({ builder, node, dy, y }) => [
    () => {
      const axes = builder.int64s([intAttribute(node, "axis", -1)]);
      return builder.sub(dy, builder.mul(builder.exp(y[0]!), builder.reduceSum(dy, axes)));
    },
  ],
  Gelu: ({ builder, node, dy, x }) => [
    () => builder.mul(dy, (stringAttribute(node, "approximate", "none") === "tanh" ? tanhGeluSlope : geluSlope)(builder, x[0]!)),
  ],
  "com.microsoft:Gelu": ({ builder, dy, x }) => [() => builder.mul(dy, geluSlope(builder, x[0]!))],
  // y = gelu(x + b)
  "com.microsoft:BiasGelu": ({ builder, dy, x: [x, bias] }) => {
    const gradient = () => builder.mul(dy, geluSlope(builder, builder.add(x!, bias!)));
    return [gradient, { broadcast: gradient }];
  },
  // y = tanh-gelu(x + b), b optional
  "com.microsoft:FastGelu": ({ builder, dy, x: [x, bias] }) => {
    const gradient = () => builder.mul(dy, tanhGeluSlope(builder, bias ? builder.add(x!, bias) : x!));
    return [gradient, { broadcast: gradient }];
  },
  // y = x s with s = sigmoid(alpha x):  dy/dx = s + alpha y (1 - s)
  "com.microsoft:QuickGelu": ({ builder, node, dy, x, y }) => [
    () => {
      const alpha = builder.scalar(floatAttribute(node, "alpha", 1.702));
      const s = builder.sigmoid(builder.mul(x[0]!, alpha));
      const rest = builder.mul(builder.mul(y[0]!, alpha), builder.sub(builder.scalar(1), s));
      return builder.mul(dy, builder.add(s, rest));
    },
  ],
};

interface ExponentialUnit {
  readonly x: string;
  readonly y: string;
  readonly dy: string;
  /** The slope on the right. */
  readonly gain: number;
  /** The value of y on the far left, with the sign changed. */
  readonly alpha: number;
}

function exponentialUnit(builder: GraphBuilder, { x, y, dy, gain, alpha }: ExponentialUnit): string {
  const left = builder.add(y, builder.scalar(alpha));
  const slope = builder.where(builder.op("Greater", [x, builder.scalar(0)]), builder.scalar(gain), left);
  return builder.mul(dy, slope);
}

// y = x P(x):  dy/dx = P(x) + x p(x), with P = (1 + erf(x / sqrt 2)) / 2 and p = e^(-x^2 / 2) / sqrt(2 pi)
function geluSlope(builder: GraphBuilder, x: string): string {
  const erf = builder.erf(builder.mul(x, builder.scalar(Math.SQRT1_2)));
  const cumulative = builder.mul(builder.add(erf, builder.scalar(1)), builder.scalar(0.5));
  const bell = builder.exp(builder.mul(builder.mul(x, x), builder.scalar(-0.5)));
  return builder.add(cumulative, builder.mul(x, builder.mul(bell, builder.scalar(1 / Math.sqrt(2 * Math.PI)))));
}

// y = x (1 + t) / 2 with t = tanh(k (x + c x^3)):  dy/dx = (1 + t) / 2 + x (1 - t^2) k (1 + 3 c x^2) / 2
function tanhGeluSlope(builder: GraphBuilder, x: string): string {
  const k = Math.sqrt(2 / Math.PI);
  const c = 0.044715;
  const one = builder.scalar(1);
  const squared = builder.mul(x, x);
  const inner = builder.mul(x, builder.add(builder.mul(squared, builder.scalar(k * c)), builder.scalar(k)));
  const t = builder.tanh(inner);
  const innerSlope = builder.add(builder.mul(squared, builder.scalar(3 * k * c)), builder.scalar(k));
  const bend = builder.mul(builder.mul(x, builder.sub(one, builder.mul(t, t))), innerSlope);
  return builder.mul(builder.add(builder.add(one, t), bend), builder.scalar(0.5));
}

/** A row whose scores are all -Infinity gives NaN. A model that looks for that puts something else in its place, and no gradient flows back. */
function withoutEmptyRows(builder: GraphBuilder, y: string): string {
  const guard = builder.graph.nodes.find(({ opType, inputs }) => opType === "IsNaN" && inputs[0] === y);
  return guard ? builder.where(guard.outputs[0]!, builder.scalar(0), y) : y;
}
