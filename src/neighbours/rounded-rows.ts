import { compileWasm, get, i32, i32x4, set, v128, type WasmFunction, whileLoop } from "../core/web-assembly.js";

/**
 * Rows rounded to 8-bit integers, a quarter of the memory to read, and how far an inner product of theirs may be from that of the rows
 * themselves: what is decided by it need not be computed exactly.
 */
export interface RoundedRows {
  /** Inner products of the integers of each row and of the last centre. */
  readonly sums_N: Int32Array;
  /** What an integer of each row stands for. */
  readonly units_N: Float64Array;
  readonly lengths_N: Float64Array;
  /** Writes the inner products of all rows with row `centre` to `sums_N`. */
  multiply(centre: number): CentreReach;
}

/**
 * The inner product of row i and the centre is about `sums_N[i] * units_N[i] * unit`, and no farther from it than
 * `units_N[i] * perUnit + lengths_N[i] * perLength`.
 */
export interface CentreReach {
  readonly unit: number;
  readonly perUnit: number;
  readonly perLength: number;
}

/** Rounding in double precision, beside the rounding to integers. */
const SLACK = 1e-9;
/** Rows are filled up with zeros to a multiple of this. */
const VECTOR = 32;

/** Rounds the rows of `data`, `[N, width]`. `undefined` where they do not fit into WebAssembly's memory. Numbers must be finite. */
export function roundedRows(data: Float32Array | Float64Array, width: number): RoundedRows | undefined {
  const rows = width === 0 ? 0 : data.length / width;
  const stride = Math.ceil(width / VECTOR) * VECTOR;
  const centreOffset = rows * stride;
  const sumsOffset = centreOffset + 2 * stride;
  const bytes = sumsOffset + 4 * rows;
  if (bytes > MOST_BYTES || width > WIDEST) return undefined;
  const { memory, functions } = compileWasm({ multiplyRows }, bytes);
  const rounded = new Int8Array(memory.buffer, 0, rows * stride);
  const centre_D = new Int16Array(memory.buffer, centreOffset, stride);
  const sums_N = new Int32Array(memory.buffer, sumsOffset, rows);
  const lengths_N = new Float64Array(rows);
  const units_N = new Float64Array(rows);
  // Each number is at most half a unit off.
  const perRoot = Math.sqrt(width) / 2;
  const row_D = new Float64Array(stride);
  for (let i = 0; i < rows; i++) {
    row_D.set(data.subarray(i * width, (i + 1) * width));
    const { largest, squares } = sizeOf(row_D);
    const unit = largest === 0 ? 1 : largest / LARGEST;
    roundRow(row_D, 1 / unit, rounded, i * stride);
    lengths_N[i] = Math.sqrt(squares);
    units_N[i] = unit;
  }
  return {
    sums_N,
    units_N,
    lengths_N,
    multiply(centre) {
      centre_D.set(rounded.subarray(centre * stride, (centre + 1) * stride));
      functions.multiplyRows(0, rows * stride, stride, centreOffset, sumsOffset);
      // |a·b - a'·b'| <= |a - a'| |b'| + |a| |b - b'|, and |b'| <= |b| + |b - b'|.
      const unit = units_N[centre]!;
      const error = unit * perRoot;
      const reach = lengths_N[centre]! + error;
      return { unit, perUnit: perRoot * reach, perLength: error + SLACK * reach };
    },
  };
}

function sizeOf(row_D: Float64Array): { readonly largest: number; readonly squares: number } {
  let [even, odd] = [0, 0]; // two sums at a time: each addition waits for the one before
  let [lowest, highest] = [0, 0];
  for (let d = 0; d < row_D.length; d += 2) {
    const [value, next] = [row_D[d]!, row_D[d + 1]!];
    lowest = Math.min(lowest, value, next);
    highest = Math.max(highest, value, next);
    even += value * value;
    odd += next * next;
  }
  return { largest: Math.max(highest, -lowest), squares: even + odd };
}

function roundRow(row_D: Float64Array, perUnit: number, into: Int8Array, offset: number): void {
  for (let d = 0; d < row_D.length; d++) into[offset + d] = ((row_D[d]! * perUnit + (LARGEST + 0.5)) | 0) - LARGEST;
}

const LARGEST = 127;
/** Sums of products of so many bytes fit into 32 bits. */
const WIDEST = Math.floor((2 ** 31 - 1) / LARGEST ** 2) - VECTOR;
const MOST_BYTES = 2 ** 32 - 2 ** 16;

/** `sums[row] = rows[row] · centre`: rows of bytes, `stride` apart, a centre of 16-bit integers, sums of 32 bits. */
const multiplyRows: WasmFunction = (() => {
  const [rows, rowsLength, stride, centre, sums] = [0, 1, 2, 3, 4];
  const [end, rowEnd, at] = [5, 6, 7];
  const [even, odd] = [8, 9];
  const step = (sum: number, offset: number) => {
    const row = i32x4.loadBytes(get(rows), offset);
    const other = v128.load(get(at), 2 * offset);
    return set(sum, i32x4.add(get(sum), i32x4.dotShorts(row, other)));
  };
  const lanes = [0, 1, 2, 3].map((lane) => i32x4.lane(get(even), lane));
  return {
    parameters: ["i32", "i32", "i32", "i32", "i32"],
    integers: 3,
    vectors: 2,
    body: [
      set(end, i32.add(get(rows), get(rowsLength))),
      whileLoop(i32.isBelow(get(rows), get(end)), [
        set(rowEnd, i32.add(get(rows), get(stride))),
        set(at, get(centre)),
        set(even, v128.zeros),
        set(odd, v128.zeros),
        whileLoop(i32.isBelow(get(rows), get(rowEnd)), [
          [0, 16].map((offset) => [step(even, offset), step(odd, offset + 8)]),
          set(rows, i32.add(get(rows), i32.value(VECTOR))),
          set(at, i32.add(get(at), i32.value(2 * VECTOR))),
        ]),
        set(even, i32x4.add(get(even), get(odd))),
        i32.store(
          get(sums),
          lanes.reduce((sum, lane) => i32.add(sum, lane)),
        ),
        set(sums, i32.add(get(sums), i32.value(4))),
      ]),
    ],
  };
})();
