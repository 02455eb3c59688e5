import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { floatTensor } from "../../engine/onnx/tensor.js";

/**
 * Averages `[batch, C, H, W]` to `[batch, C, height, width]` as PyTorch's `AdaptiveAvgPool2d`: cell i of n covers the pixels from
 * floor(i L / n) to ceil((i + 1) L / n). Averaging is linear in each direction, so it is R x C' with two constant matrices.
 */
export function adaptiveAveragePool(b: GraphBuilder, x: string, [height, width]: readonly [number, number]): string {
  const [rows, columns] = b.type(x)!.shape!.slice(-2) as [number, number];
  if (rows === height && columns === width) return x;
  if (height === 1 && width === 1) return b.op("GlobalAveragePool", [x]);
  const byRow = b.matMul(b.constant(averages(height, rows), "row_averages"), x);
  return b.matMul(byRow, b.transpose(b.constant(averages(width, columns), "column_averages"), [1, 0]));
}

/** `[cells, length]`: row i averages the entries that cell i covers. */
function averages(cells: number, length: number) {
  const matrix = new Float32Array(cells * length);
  for (let cell = 0; cell < cells; cell++) {
    const [start, end] = [Math.floor((cell * length) / cells), Math.ceil(((cell + 1) * length) / cells)];
    matrix.fill(1 / (end - start), cell * length + start, cell * length + end);
  }
  return floatTensor(matrix, [cells, length]);
}
