import { floatAttribute, intAttribute } from "../../onnx/attributes.js";
import { type Emit, type GradientRule, once } from "../rule.js";
import { rankOf } from "./shapes.js";

/**
 * y = h w + b with h = (x - mean) r, r = 1 / deviation, per channel. Running statistics are constants:
 * dx = r w dy,  dw = sum of h dy,  db = sum of dy. Statistics of the batch depend on x:
 * dx = r w (dy - mean(dy) - h mean(h dy)). Sums and means go over images and positions.
 */
export const batchNormalizationRule: GradientRule = (context) => {
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
