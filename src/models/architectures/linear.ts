import type { GraphBuilder } from "../../engine/onnx/builder.js";

/** x W' + b with the hub's `[out, in]` weight. */
export function linear(b: GraphBuilder, x: string, name: string, inputs: number, outputs: number): string {
  return b.gemm(x, b.parameter(`${name}.weight`, [outputs, inputs]), b.parameter(`${name}.bias`, [outputs]), { transB: true });
}
