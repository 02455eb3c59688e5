/** A square sparse matrix by rows: row i has `columns` and `values` from `rowStart[i]` up to `rowStart[i + 1]`. */
export interface SparseMatrix {
  readonly size: number;
  readonly rowStart: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** `A + A'` of a matrix of which each row has the same number of entries, `columns_N_k`; a column below 0 is no entry. */
export function symmetricSum(columns_N_k: Int32Array, values_N_k: Float64Array, k: number): SparseMatrix {
  const size = k === 0 ? 0 : columns_N_k.length / k;
  const counts = new Int32Array(size + 1);
  columns_N_k.forEach((column, at) => {
    if (column < 0) return;
    counts[Math.floor(at / k) + 1]! += 1;
    counts[column + 1]! += 1;
  });
  for (let i = 0; i < size; i++) counts[i + 1]! += counts[i]!;
  const next = counts.slice(0, size);
  const columns = new Int32Array(counts[size]!);
  const values = new Float64Array(columns.length);
  const put = (row: number, column: number, value: number) => {
    const at = next[row]!++;
    columns[at] = column;
    values[at] = value;
  };
  columns_N_k.forEach((column, at) => {
    if (column < 0) return;
    const row = Math.floor(at / k);
    put(row, column, values_N_k[at]!);
    put(column, row, values_N_k[at]!);
  });
  return merged({ size, rowStart: counts, columns, values });
}

/** Adds up the entries of a row that have the same column, in place: two items may each be among the other's neighbours. */
function merged({ size, rowStart, columns, values }: SparseMatrix): SparseMatrix {
  const compact = new Int32Array(size + 1);
  const placeOf = new Int32Array(size).fill(-1);
  let length = 0;
  for (let row = 0; row < size; row++) {
    const start = length;
    for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) {
      const column = columns[at]!;
      const place = placeOf[column]!;
      if (place >= start) values[place]! += values[at]!;
      else {
        placeOf[column] = length;
        columns[length] = column;
        values[length++] = values[at]!;
      }
    }
    compact[row + 1] = length;
  }
  return { size, rowStart: compact, columns: columns.subarray(0, length), values: values.subarray(0, length) };
}

/** `D^(-1/2) W D^(-1/2)` with D the row sums of W, in place; rows of zeros stay. */
export function normalizeSymmetrically({ size, rowStart, columns, values }: SparseMatrix): void {
  const scale = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) sum += values[at]!;
    scale[row] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  for (let row = 0; row < size; row++) {
    for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) values[at]! *= scale[row]! * scale[columns[at]!]!;
  }
}

/** `product = matrix x` */
export function multiply({ size, rowStart, columns, values }: SparseMatrix, x: Float64Array, product: Float64Array): void {
  for (let row = 0; row < size; row++) {
    let sum = 0;
    const end = rowStart[row + 1]!;
    for (let at = rowStart[row]!; at < end; at++) sum += values[at]! * x[columns[at]!]!;
    product[row] = sum;
  }
}
