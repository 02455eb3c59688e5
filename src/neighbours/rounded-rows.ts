import { compileWasm, f32x4, get, i32, i32x4, set, v128, type WasmFunction, whileLoop } from "../core/web-assembly.js";

/**
 * Rows rounded to 8-bit integers, a quarter of the memory to read, and how far an inner product of theirs may be from that of the rows
 * themselves: what is decided by it need not be computed exactly.
 */
export interface RoundedRows {
  /** Inner products of the integers of each row and of the last centre. */
  readonly sums_N: Int32Array;
  /** What an integer of each row stands for. */
  readonly units_N: Float64Array;
  /** What the rows' lengths are at most. */
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
/** Of a unit: rounding in single precision of numbers of at most 127 units. */
const SINGLE = 1e-4;
const SMALLEST = 1e-30;
/** Rows that are rounded at once: they stay in the processor's second cache. */
const BLOCK_BYTES = 2 ** 18;
/** Rows are filled up with zeros to a multiple of this. */
const VECTOR = 32;

/** Of fewer rows products are computed before these are rounded. */
const FEWEST_ROWS = 512;

/** Rounds the rows of `data`, `[N, width]`. `undefined` where there are fewer than `fewest`, or where they do not fit into WebAssembly's memory. Numbers must be finite. */
export function roundedRows(
  data: Float32Array | Float64Array,
  width: number,
  { fewest = FEWEST_ROWS } = {},
): RoundedRows | undefined {
  const rows = width === 0 ? 0 : data.length / width;
  if (rows < fewest) return undefined;
  const stride = Math.ceil(width / VECTOR) * VECTOR;
  // Rows as bytes, the centre as 16-bit integers, sums; then some rows as they came, with what is found of each.
  const centreOffset = rows * stride;
  const sumsOffset = centreOffset + 2 * stride;
  const block = Math.max(1, Math.min(rows, Math.floor(BLOCK_BYTES / Math.max(1, 4 * stride))));
  const rowsOffset = Math.ceil((sumsOffset + 4 * rows) / VECTOR) * VECTOR;
  const foundOffset = rowsOffset + 4 * stride * block;
  const bytes = foundOffset + VECTOR * block;
  if (bytes > MOST_BYTES || width > WIDEST) return undefined;
  const { memory, functions } = compileWasm({ multiplyRows, measureRows, roundRows }, bytes);
  const rounded = new Int8Array(memory.buffer, 0, rows * stride);
  const centre_D = new Int16Array(memory.buffer, centreOffset, stride);
  const sums_N = new Int32Array(memory.buffer, sumsOffset, rows);
  const rows_B = new Float32Array(memory.buffer, rowsOffset, stride * block);
  const found_B = new Float32Array(memory.buffer, foundOffset, 4 * block);
  const lengths_N = new Float64Array(rows);
  const units_N = new Float64Array(rows);
  for (let first = 0; first < rows; first += block) {
    const count = Math.min(block, rows - first);
    for (let row = 0; row < count; row++) {
      rows_B.set(data.subarray((first + row) * width, (first + row + 1) * width), row * stride);
    }
    functions.measureRows(rowsOffset, 4 * count * stride, 4 * stride, foundOffset);
    for (let row = 0; row < count; row++) {
      const largest = Math.max(...found_B.subarray(4 * row, 4 * row + 4));
      // So small that it cannot be divided by: rounded to 0, half a unit off.
      units_N[first + row] = largest < SMALLEST ? 2 * largest : largest / LARGEST;
      found_B[4 * row] = largest < SMALLEST ? 0 : LARGEST / largest;
    }
    functions.roundRows(rowsOffset, 4 * count * stride, 4 * stride, foundOffset, first * stride, sumsOffset + 4 * first);
  }
  // Each number is at most half a unit off, and what single precision rounds away.
  const perRoot = (0.5 + SINGLE) * Math.sqrt(width);
  for (let i = 0; i < rows; i++) lengths_N[i] = units_N[i]! * (Math.sqrt(sums_N[i]!) + perRoot);
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

/** `found[row]` (16 bytes) = the sizes of four numbers of a row of floats, `stride` bytes, of which one is the largest of the row. */
const measureRows: WasmFunction = (() => {
  const [rows, rowsLength, stride, found] = [0, 1, 2, 3];
  const [end, rowEnd] = [4, 5];
  const largest = 6;
  return {
    parameters: ["i32", "i32", "i32", "i32"],
    integers: 2,
    vectors: 1,
    body: [
      set(end, i32.add(get(rows), get(rowsLength))),
      whileLoop(i32.isBelow(get(rows), get(end)), [
        set(rowEnd, i32.add(get(rows), get(stride))),
        set(largest, v128.zeros),
        whileLoop(i32.isBelow(get(rows), get(rowEnd)), [
          set(largest, f32x4.higher(get(largest), f32x4.size(v128.load(get(rows))))),
          set(rows, i32.add(get(rows), i32.value(16))),
        ]),
        v128.store(get(found), get(largest)),
        set(found, i32.add(get(found), i32.value(16))),
      ]),
    ],
  };
})();

/** Rows of floats, each times the number at the start of `found[row]`, as bytes to `rounded`; `squares[row]` = the sum of their squares. */
const roundRows: WasmFunction = (() => {
  const [rows, rowsLength, stride, found, rounded, squares] = [0, 1, 2, 3, 4, 5];
  const [end, rowEnd] = [6, 7];
  const [factor, low, high, sum] = [8, 9, 10, 11];
  const integers = (offset: number) => f32x4.toIntegers(f32x4.multiply(v128.load(get(rows), offset), get(factor)));
  const lanes = [0, 1, 2, 3].map((lane) => i32x4.lane(get(sum), lane));
  return {
    parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
    integers: 2,
    vectors: 4,
    body: [
      set(end, i32.add(get(rows), get(rowsLength))),
      whileLoop(i32.isBelow(get(rows), get(end)), [
        set(rowEnd, i32.add(get(rows), get(stride))),
        set(factor, f32x4.loadSplat(get(found))),
        set(sum, v128.zeros),
        whileLoop(i32.isBelow(get(rows), get(rowEnd)), [
          set(low, i32x4.toShorts(integers(0), integers(16))),
          set(high, i32x4.toShorts(integers(32), integers(48))),
          v128.store(get(rounded), i32x4.toBytes(get(low), get(high))),
          set(sum, i32x4.add(get(sum), i32x4.dotShorts(get(low), get(low)))),
          set(sum, i32x4.add(get(sum), i32x4.dotShorts(get(high), get(high)))),
          set(rows, i32.add(get(rows), i32.value(64))),
          set(rounded, i32.add(get(rounded), i32.value(16))),
        ]),
        i32.store(
          get(squares),
          lanes.reduce((total, lane) => i32.add(total, lane)),
        ),
        set(squares, i32.add(get(squares), i32.value(4))),
        set(found, i32.add(get(found), i32.value(16))),
      ]),
    ],
  };
})();
