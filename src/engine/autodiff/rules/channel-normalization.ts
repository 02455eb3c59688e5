import { floatAttribute, intAttribute, intsAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, ints } from "../../onnx/builder.js";
import { type GradientRules, once } from "../rule.js";
import { rankOf, reshapeLike } from "./shapes.js";

/** Normalization of each image by itself: per channel, across neighbouring channels, and of an axis or several without weights. */
export const channelNormalizationRules: GradientRules = {
  // y = h w + b with h = (x - mean) r, r = 1 / deviation over the positions of a channel;  g = w dy:
  // dx = r (g - mean(g) - h mean(g h)),  dw = sum over images and positions of h dy,  db = sum over them of dy
  InstanceNormalization: (context) => {
    const { builder, node, dy, x } = context;
    const rank = rankOf(context, x[0]!);
    const positions = builder.int64s(Array.from({ length: rank - 2 }, (_, i) => i + 2));
    const all = builder.int64s([0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)]);
    const shared = once(() => {
      const centred = builder.sub(x[0]!, builder.reduceMean(x[0]!, positions));
      const variance = builder.reduceMean(builder.mul(centred, centred), positions);
      const deviation = builder.sqrt(builder.add(variance, builder.scalar(floatAttribute(node, "epsilon", 1e-5))));
      return { deviation, h: builder.div(centred, deviation) };
    });
    const hdy = once(() => builder.mul(shared().h, dy));
    const sum = (value: string) => builder.reduceSum(value, all, { keepDims: false });
    const byInput = () => {
      const { deviation, h } = shared();
      const scale = builder.reshape(x[1]!, builder.int64s([-1, ...Array<number>(rank - 2).fill(1)]));
      // The scale is the same for all positions, so it comes out of the means.
      const centred = builder.sub(dy, builder.reduceMean(dy, positions));
      const inner = builder.sub(centred, builder.mul(h, builder.reduceMean(hdy(), positions)));
      return builder.mul(inner, builder.div(scale, deviation));
    };
    return [byInput, () => sum(hdy()), () => sum(dy)];
  },
  // y = x s^-beta with s = bias + (alpha / n) sum over n neighbouring channels of x^2:
  // dx = dy s^-beta - (2 alpha beta / n) x sum over the same channels of y dy / s
  LRN: (context) => {
    const { builder, node, dy, x, y } = context;
    const size = intAttribute(node, "size", 1);
    const [alpha, beta] = [floatAttribute(node, "alpha", 1e-4), floatAttribute(node, "beta", 0.75)];
    return [
      () => {
        const squares = meanOverChannels(builder, builder.mul(x[0]!, x[0]!), size);
        const s = builder.add(builder.mul(squares, builder.scalar(alpha)), builder.scalar(floatAttribute(node, "bias", 1)));
        const direct = builder.mul(dy, builder.pow(s, builder.scalar(-beta)));
        const backward = meanOverChannels(builder, builder.div(builder.mul(y[0]!, dy), s), size);
        return builder.sub(direct, builder.mul(builder.mul(x[0]!, backward), builder.scalar(2 * alpha * beta)));
      },
    ];
  },
  // y = x / n with n = (sum |x|^p)^(1/p):  dx = (dy - s sum(y dy)) / n with s = sign(x) for p = 1, y for p = 2
  LpNormalization: ({ builder, node, dy, x, y }) => [
    () => {
      const axis = builder.int64s([intAttribute(node, "axis", -1)]);
      const isManhattan = intAttribute(node, "p", 2) === 1;
      const norm = builder.op(isManhattan ? "ReduceL1" : "ReduceL2", [x[0]!, axis], { keepdims: int(1) });
      const slope = isManhattan ? builder.op("Sign", [x[0]!]) : y[0]!;
      const along = builder.reduceSum(builder.mul(y[0]!, dy), axis);
      const divisor = builder.where(builder.equal(norm, builder.scalar(0)), builder.scalar(1), norm);
      return builder.div(builder.sub(dy, builder.mul(slope, along)), divisor);
    },
  ],
  // y = (x - mean) r with r = 1 / deviation:  dx = r (dy - mean(dy) - y mean(y dy))
  MeanVarianceNormalization: ({ builder, node, dy, x, y }) => [
    () => {
      const axes = builder.int64s(intsAttribute(node, "axes") ?? [0, 2, 3]);
      const centred = builder.sub(x[0]!, builder.reduceMean(x[0]!, axes));
      const deviation = builder.sqrt(builder.reduceMean(builder.mul(centred, centred), axes));
      const along = builder.mul(y[0]!, builder.reduceMean(builder.mul(y[0]!, dy), axes));
      return builder.div(builder.sub(builder.sub(dy, builder.reduceMean(dy, axes)), along), deviation);
    },
  ],
};

/** The mean of `size` channels around each (ONNX Runtime has odd sizes only), where those that do not exist count as zeros. */
function meanOverChannels(builder: GraphBuilder, value: string, size: number): string {
  // [batch, 1, channels, positions]: channels become the rows of an image with one channel.
  const rows = builder.unsqueeze(builder.reshape(value, builder.int64s([0, 0, -1])), [1]);
  const reach = (size - 1) / 2;
  const means = builder.op("AveragePool", [rows], {
    kernel_shape: ints([size, 1]),
    pads: ints([reach, 0, reach, 0]),
    count_include_pad: int(1),
  });
  return reshapeLike(builder, means, value);
}
