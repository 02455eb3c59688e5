import type { GraphBuilder } from "../../engine/onnx/builder.js";

/** Activation functions by the names that config.json has for them. */
export const ACTIVATIONS = {
  // x Phi(x) (Hendrycks 2016, arXiv:1606.08415), and by tanh
  gelu: (b, x) => b.gelu(x),
  gelu_python: (b, x) => b.gelu(x),
  gelu_new: (b, x) => b.gelu(x, "tanh"),
  gelu_fast: (b, x) => b.gelu(x, "tanh"),
  gelu_pytorch_tanh: (b, x) => b.gelu(x, "tanh"),
  // x sigmoid(1.702 x)
  quick_gelu: (b, x) => b.mul(x, b.sigmoid(b.mul(x, b.scalar(1.702)))),
  relu: (b, x) => b.relu(x),
  // min(max(x, 0), 6)
  relu6: (b, x) => b.op("Clip", [x, b.scalar(0), b.scalar(6)]),
  // x sigmoid(x)
  silu: (b, x) => b.mul(x, b.sigmoid(x)),
  swish: (b, x) => b.mul(x, b.sigmoid(x)),
  tanh: (b, x) => b.tanh(x),
  sigmoid: (b, x) => b.sigmoid(x),
  // x min(max(x + 3, 0), 6) / 6 (Howard 2019, arXiv:1905.02244)
  hardswish: (b, x) => b.op("HardSwish", [x]),
} as const satisfies Readonly<Record<string, (b: GraphBuilder, x: string) => string>>;

export type Activation = keyof typeof ACTIVATIONS;

export function activate(b: GraphBuilder, x: string, activation: Activation): string {
  return ACTIVATIONS[activation](b, x);
}
