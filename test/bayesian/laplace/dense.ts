/** Plain dense linear algebra on rows of numbers, to check against. */
export type Matrix = number[][];

export function kronecker(a: Matrix, b: Matrix): Matrix {
  return a.flatMap((rowA) => b.map((rowB) => rowA.flatMap((x) => rowB.map((y) => x * y))));
}

export function add(a: Matrix, b: Matrix, scale = 1): Matrix {
  return a.map((row, i) => row.map((value, j) => value + scale * b[i]![j]!));
}

export function zeros(size: number): Matrix {
  return Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
}

export function identity(size: number): Matrix {
  return zeros(size).map((row, i) => row.map((_, j) => Number(i === j)));
}

export function outer(a: readonly number[], b: readonly number[]): Matrix {
  return a.map((x) => b.map((y) => x * y));
}

/** Gauss and Jordan with pivots: inverse and log |det|. */
export function invert(matrix: Matrix): { readonly inverse: Matrix; readonly logDeterminant: number } {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...identity(n)[i]!]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]![k]!;
    logDeterminant += Math.log(Math.abs(head));
    rows[k] = rows[k]!.map((value) => value / head);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![k]!;
      if (i !== k && factor !== 0) rows[i] = rows[i]!.map((value, j) => value - factor * rows[k]![j]!);
    }
  }
  return { inverse: rows.map((row) => row.slice(n)), logDeterminant };
}
