import { floatAttribute, intAttribute } from "../../onnx/attributes.js";
import { float, type GraphBuilder, int } from "../../onnx/builder.js";
import { freshName } from "../../onnx/graph.js";
import type { Shape } from "../../onnx/tensor.js";
import { type BroadcastGradient, type Emit, type GradientRules, once, type RuleContext } from "../rule.js";
import { batchNormalizationRule } from "./batch-normalization.js";
import { rankOf } from "./shapes.js";

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
