import { int, string } from "../../onnx/builder.js";
import { floatTensor } from "../../onnx/tensor.js";
import type { RuleContext } from "../rule.js";
import { reshapeLike } from "./shapes.js";

/**
 * The gradient of any operator that only moves elements: the operator is applied to the *positions* of its input's elements
 * instead of the elements, which tells for each element of y where it came from; dy is then added up at those places.
 * `inputs` gives the operator's inputs with the positions (int64, in the shape of x) in place of the first.
 */
export function scatterBack({ builder, node, dy, x }: RuleContext, inputs: (positions: string) => readonly string[]): string {
  const size = builder.op("Size", [x[0]!]);
  const flat = builder.op("Range", [builder.int64(0), size, builder.int64(1)]);
  const moved = builder.op(node.opType, inputs(reshapeLike(builder, flat, x[0]!)), { ...node.attributes });
  const all = builder.int64s([-1]);
  const zeros = builder.op("ConstantOfShape", [builder.reshape(size, all)], {
    value: { kind: "tensor", value: floatTensor([0]) },
  });
  const scatter = [zeros, builder.reshape(moved, all), builder.reshape(dy, all)];
  return reshapeLike(builder, builder.op("ScatterElements", scatter, { axis: int(0), reduction: string("add") }), x[0]!);
}
