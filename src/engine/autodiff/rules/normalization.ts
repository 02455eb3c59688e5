import { floatAttribute, intAttribute } from "../../onnx/attributes.js";
import { float, type GraphBuilder, int } from "../../onnx/builder.js";
import { freshName } from "../../onnx/graph.js";
import type { Shape } from "../../onnx/tensor.js";
import { type BroadcastGradient, type Emit, type GradientRule, type GradientRules, once, type RuleContext } from "../rule.js";
import { rankOf } from "./shapes.js";

/**
 * y = h w + b with h = (x - mean) r, r = 1 / deviation, per channel. Running statistics are constants:
 * dx = r w dy,  dw = sum of h dy,  db = sum of dy. Statistics of the batch depend on x:
 * dx = r w (dy - mean(dy) - h mean(h dy)). Sums and means go over images and positions.
 */
const batchNormalizationRule: GradientRule = (context) => {
  const { builder, node, dy, x, y } = context;
  const [input, scale] = [x[0]!, x[1]!];
  const rank = rankOf(context, input);
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  const over = builder.int64s([0, ...spatial]);
  const perChannel = (value: string) =>
    rank === 2 ? value : builder.reshape(value, builder.int64s([-1, ...spatial.map(() => 1)]));
  const epsilon = builder.scalar(floatAttribute(node, "epsilon", 1e-5));
  const deviationOf = (variance: string) => builder.sqrt(builder.add(variance, epsilon));
  const isOfBatch = intAttribute(node, "training_mode", 0) === 1;
  // Without momentum, the next running statistics are the batch's own.
  const hasStatistics = isOfBatch && floatAttribute(node, "momentum", 0.9) === 0;
  const [mean, variance] = isOfBatch ? (hasStatistics ? y.slice(1) : []) : x.slice(3);

  const centred = once(() => builder.sub(input, mean ? perChannel(mean) : builder.reduceMean(input, over)));
  const deviation = once(() => {
    if (variance) return perChannel(deviationOf(variance));
    return deviationOf(builder.reduceMean(builder.mul(centred(), centred()), over));
  });
  const product = once(() => builder.mul(centred(), dy));
  const byInput: Emit = () => {
    const factor = builder.div(perChannel(scale), deviation());
    if (!isOfBatch) return builder.mul(dy, factor);
    const slope = builder.div(builder.reduceMean(product(), over), builder.mul(deviation(), deviation()));
    const rest = builder.add(builder.mul(centred(), slope), builder.reduceMean(dy, over));
    return builder.mul(builder.sub(dy, rest), factor);
  };
  const flat = (value: string) => builder.reshape(value, builder.int64s([-1]));
  const byScale: Emit = () => flat(builder.div(builder.reduceSum(product(), over), deviation()));
  return [byInput, byScale, () => builder.reduceSum(dy, over, { keepDims: false })];
};

/** Batch normalization; layer normalization, alone and fused with the addition before it. */
export const normalizationRules: GradientRules = {
  BatchNormalization: batchNormalizationRule,
  LayerNormalization: (context) => {
    const { builder, node, x, dy } = context;
    const axis = intAttribute(node, "axis", -1);
    const count = axis < 0 ? -axis : rankOf(context, x[0]!) - axis;
    const axes = Array.from({ length: count }, (_, i) => i - count);
    const statistics = () => ({ mean: statisticOutput(context, 1, axes), inverseDeviation: statisticOutput(context, 2, axes) });
    return layerNormalizationGradients(builder, { x: () => x[0]!, scale: x[1]!, dy, axes, statistics });
  },
  // y = LayerNormalization(input + skip + bias): the CPU kernel does not give its statistics, so they are computed again
  "com.microsoft:SkipLayerNormalization": ({ builder, node, x, dy }) => {
    const [input, skip, scale, shift, bias] = x;
    const sum = once(() => {
      const residual = builder.add(input!, skip!);
      return bias ? builder.add(residual, bias) : residual;
    });
    const statistics = () => {
      const inputs = shift ? [sum(), scale!, shift] : [sum(), scale!];
      const attributes = { axis: int(-1), epsilon: float(floatAttribute(node, "epsilon", 1e-12)) };
      const [, mean, inverseDeviation] = builder.ops("LayerNormalization", inputs, attributes, { outputs: 3 });
      return { mean: mean!, inverseDeviation: inverseDeviation! };
    };
    const [byInput, byScale, byShift] = layerNormalizationGradients(builder, {
      x: sum,
      scale: scale!,
      dy,
      axes: [-1],
      statistics,
    });
    return [byInput, { broadcast: byInput }, byScale, byShift, { broadcast: byInput }];
  },
};

interface Normalization {
  readonly x: Emit;
  readonly scale: string;
  readonly dy: string;
  /** The normalized axes, counted from the end. */
  readonly axes: readonly number[];
  readonly statistics: () => { readonly mean: string; readonly inverseDeviation: string };
}

// y = h w + b with h = (x - mean) r, r = 1 / deviation;  g = w dy:
// dx = r (g - mean(g) - h mean(g h)),  dw = sum over rows of h dy,  db = sum over rows of dy
function layerNormalizationGradients(
  builder: GraphBuilder,
  { x, scale, dy, axes, statistics }: Normalization,
): readonly [Emit, BroadcastGradient, BroadcastGradient] {
  const shared = once(() => {
    const { mean, inverseDeviation } = statistics();
    return { inverseDeviation, h: builder.mul(builder.sub(x(), mean), inverseDeviation) };
  });
  const hdy = once(() => builder.mul(shared().h, dy));
  const byInput = once(() => {
    const { inverseDeviation, h } = shared();
    const over = builder.int64s(axes);
    const g = builder.mul(dy, scale);
    const meanGh = builder.reduceMean(builder.mul(hdy(), scale), over);
    const centred = builder.sub(g, builder.reduceMean(g, over));
    return builder.mul(builder.sub(centred, builder.mul(h, meanGh)), inverseDeviation);
  });
  return [byInput, { broadcast: hdy }, { broadcast: () => dy }];
}

/** The forward node's optional Mean (1) or InvStdDev (2) output, added where it does not have it. */
function statisticOutput({ builder, node, x }: RuleContext, index: 1 | 2, axes: readonly number[]): string {
  while (node.outputs.length <= index) node.outputs.push("");
  if (!node.outputs[index]) {
    const name = freshName(builder.graph, `${node.outputs[0]}.${index === 1 ? "mean" : "inverseDeviation"}`);
    node.outputs[index] = name;
    const shape: Shape | undefined = builder
      .type(x[0]!)
      ?.shape?.map((dim, axis, shape) => (axes.includes(axis - shape.length) ? 1 : dim));
    builder.graph.types.set(name, { dtype: "float32", shape });
  }
  return node.outputs[index]!;
}
