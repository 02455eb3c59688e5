import { type Code, compileWasm, f64, f64x2, get, i32, set, v128, type WasmFunction, whileLoop } from "../core/web-assembly.js";

/** Inner products of rows, in double precision and always added up in the same way: equal rows have equal products. */
export interface RowProducts {
  /** Of each row with itself. */
  squares(): Float64Array;
  /** Of the first `count` rows listed in `rows` with row `centre`, into the start of `into`. */
  multiply(rows: Int32Array, count: number, centre: number, into: Float64Array): void;
}

/** What is copied for the vector loops to read: about what the processor's second cache holds. */
const BLOCK_BYTES = 2 ** 18;

/** Up to so many numbers a plain loop is done before WebAssembly has its memory. */
const FEW_NUMBERS = 2 ** 15;

/**
 * Products of the rows of `data`, `[N, width]`. Of many numbers a few rows at a time are copied to where vector instructions reach them; up to `few` a loop
 * computes the same bits.
 */
export function rowProducts(data: Float32Array | Float64Array, width: number, { few = FEW_NUMBERS } = {}): RowProducts {
  return data.length <= few ? loopProducts(data, width) : vectorProducts(data, width);
}

function loopProducts(data: Float32Array | Float64Array, width: number): RowProducts {
  const items = width === 0 ? 0 : data.length / width;
  return {
    squares: () => Float64Array.from({ length: items }, (_, row) => dot(data, row, row, width)),
    multiply(rows, count, centre, into) {
      for (let at = 0; at < count; at++) into[at] = dot(data, rows[at]!, centre, width);
    },
  };
}

/** Four sums, as the vector loop has them. */
function dot(data: Float32Array | Float64Array, a: number, b: number, width: number): number {
  const sums = [0, 0, 0, 0];
  for (let d = 0, i = a * width, j = b * width; d < width; d++, i++, j++) sums[d & 3]! += data[i]! * data[j]!;
  return sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
}

function vectorProducts(data: Float32Array | Float64Array, width: number): RowProducts {
  const items = width === 0 ? 0 : data.length / width;
  const columns = Math.ceil(width / 4) * 4;
  const stride = columns * data.BYTES_PER_ELEMENT;
  const most = Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, stride)));
  const centreOffset = most * stride;
  const productsOffset = centreOffset + stride;
  const isDouble = data instanceof Float64Array;
  const { memory, functions } = compileWasm({ products: isDouble ? doubleProducts : singleProducts }, productsOffset + 8 * most);
  const Numbers = isDouble ? Float64Array : Float32Array;
  const block = new Numbers(memory.buffer, 0, (most + 1) * columns);
  const products_B = new Float64Array(memory.buffer, productsOffset, most);
  const copy = (row: number, to: number) => {
    for (let d = row * width, at = to * columns; d < (row + 1) * width; d++, at++) block[at] = data[d]!;
  };
  return {
    squares() {
      const squares_N = new Float64Array(items);
      for (let first = 0; first < items; first += most) {
        const rows = Math.min(most, items - first);
        for (let row = 0; row < rows; row++)
          block.set(data.subarray((first + row) * width, (first + row + 1) * width), row * columns);
        functions.products(0, rows * stride, stride, 0, stride, productsOffset);
        squares_N.set(products_B.subarray(0, rows), first);
      }
      return squares_N;
    },
    multiply(listed, count, centre, into) {
      copy(centre, most);
      for (let first = 0; first < count; first += most) {
        const rows = Math.min(most, count - first);
        for (let row = 0; row < rows; row++) {
          const from = listed[first + row]! * width;
          block.set(data.subarray(from, from + width), row * columns);
        }
        functions.products(0, rows * stride, stride, centreOffset, 0, productsOffset);
        into.set(products_B.subarray(0, rows), first);
      }
    },
  };
}

const doubleProducts = products(32, (address, half) => v128.load(address, 16 * half));
const singleProducts = products(16, (address, half) => f64x2.loadSingles(address, 8 * half));

/**
 * `products[row] = rows[row] · others[row]`: rows `stride` apart, the others `otherStride`, which is 0 where all are multiplied with the same.
 * Four numbers, `step` bytes, at a time, each to a sum of its own.
 */
function products(step: number, load: (address: Code, half: number) => Code): WasmFunction {
  const [rows, rowsLength, stride, others, otherStride, results] = [0, 1, 2, 3, 4, 5];
  const [end, rowEnd, other] = [6, 7, 8];
  const [first, second] = [9, 10];
  const add = (sum: number, half: number) =>
    set(sum, f64x2.add(get(sum), f64x2.multiply(load(get(rows), half), load(get(other), half))));
  const sumOf = (sum: number) => f64.add(f64x2.lane(get(sum), 0), f64x2.lane(get(sum), 1));
  return {
    parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
    integers: 3,
    vectors: 2,
    body: [
      set(end, i32.add(get(rows), get(rowsLength))),
      whileLoop(i32.isBelow(get(rows), get(end)), [
        set(rowEnd, i32.add(get(rows), get(stride))),
        set(other, get(others)),
        set(first, v128.zeros),
        set(second, v128.zeros),
        whileLoop(i32.isBelow(get(rows), get(rowEnd)), [
          add(first, 0),
          add(second, 1),
          set(rows, i32.add(get(rows), i32.value(step))),
          set(other, i32.add(get(other), i32.value(step))),
        ]),
        f64.store(get(results), f64.add(sumOf(first), sumOf(second))),
        set(results, i32.add(get(results), i32.value(8))),
        set(others, i32.add(get(others), get(otherStride))),
      ]),
    ],
  };
}
