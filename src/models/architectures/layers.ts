import { float, type GraphBuilder, int, string } from "../../engine/onnx/builder.js";
import { floatTensor } from "../../engine/onnx/tensor.js";

export interface LinearOptions {
  /** Whether the layer adds a bias; it does by default. */
  readonly bias?: boolean | undefined;
}

/** x W' + b with the hub's `[out, in]` weight. */
export function linear(
  b: GraphBuilder,
  x: string,
  name: string,
  inputs: number,
  outputs: number,
  { bias = true }: LinearOptions = {},
): string {
  const weight = b.parameter(`${name}.weight`, [outputs, inputs]);
  return b.gemm(x, weight, bias ? b.parameter(`${name}.bias`, [outputs]) : undefined, { transB: true });
}

export interface LayerNormOptions {
  readonly dim: number;
  readonly epsilon: number;
  /** Whether the layer adds a bias; it does by default. */
  readonly bias?: boolean | undefined;
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis (Ba 2016, arXiv:1607.06450). */
export function layerNorm(b: GraphBuilder, x: string, name: string, { dim, epsilon, bias = true }: LayerNormOptions): string {
  const parameters = ["weight", ...(bias ? ["bias"] : [])].map((part) => b.parameter(`${name}.${part}`, [dim]));
  return b.op("LayerNormalization", [x, ...parameters], { axis: int(-1), epsilon: float(epsilon) });
}

export interface NewSite {
  readonly name: string;
  readonly rate: number;
  /** `"head"` says that only the head is random behind it; `"body"` by default. */
  readonly place?: "body" | "head" | undefined;
  /**
   * Dropped at once: single elements, by default, a channel of `x [batch, C, ...]` (Tompson 2015, arXiv:1411.4280), or all that an item has
   * there (stochastic depth: Huang 2016, arXiv:1603.09382).
   */
  readonly unit?: "element" | "channel" | "item" | undefined;
}

/** How a `Dropout` node says what it drops at once: how many of the first axes its mask has. */
const UNITS = { element: {}, channel: { channels: int(1) }, item: { items: int(1) } } as const;

/** Marks a dropout site: the identity until masks are installed. */
export function addDropout(b: GraphBuilder, x: string, site: NewSite): string {
  const ratio = b.constant(floatTensor([site.rate], []), `${site.name}.ratio`);
  return b.op(
    "Dropout",
    [x, ratio],
    { place: string(site.place ?? "body"), ...UNITS[site.unit ?? "element"] },
    { name: site.name },
  );
}

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
