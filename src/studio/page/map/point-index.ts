/** Points by squares of the plane, so that those near a place or within a shape are found without going through all. */
export interface PointIndex {
  /** The point nearest to a place, no farther away than `within`; -1 for none. */
  nearest(x: number, y: number, within: number): number;
  /** The points within a closed line, in rising order; its corners are x, y, x, y, ... What it encloses twice counts as outside (even-odd). */
  within(line: readonly number[]): number[];
}

const POINTS_A_SQUARE = 6;

/** The index of the points `x[i]`, `y[i]`; none of them may be NaN. */
export function indexPoints(x: Float32Array, y: Float32Array): PointIndex {
  const [left, right] = range(x);
  const [bottom, top] = range(y);
  const side = Math.max(1, Math.ceil(Math.sqrt(x.length / POINTS_A_SQUARE)));
  const place = (value: number, low: number, high: number) =>
    high > low ? Math.min(side - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * side))) : 0;
  const column = (value: number) => place(value, left, right);
  const row = (value: number) => place(value, bottom, top);
  const square = (i: number) => row(y[i]!) * side + column(x[i]!);

  // Counting sort: the points of square s are order[starts[s]] to order[starts[s + 1] - 1], in rising order.
  const starts = new Uint32Array(side * side + 1);
  for (let i = 0; i < x.length; i++) starts[square(i) + 1]!++;
  for (let s = 0; s < side * side; s++) starts[s + 1]! += starts[s]!;
  const next = starts.slice();
  const order = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) order[next[square(i)]!++] = i;

  function visit(x0: number, y0: number, x1: number, y1: number, see: (i: number) => void): void {
    for (let r = row(y0); r <= row(y1); r++) {
      const [from, to] = [starts[r * side + column(x0)]!, starts[r * side + column(x1) + 1]!];
      for (let at = from; at < to; at++) see(order[at]!);
    }
  }

  return {
    nearest(atX, atY, within) {
      let best = -1;
      let least = within * within;
      visit(atX - within, atY - within, atX + within, atY + within, (i) => {
        const distance = (x[i]! - atX) ** 2 + (y[i]! - atY) ** 2;
        if (distance <= least) {
          best = i;
          least = distance;
        }
      });
      return best;
    },
    within(line) {
      if (line.length < 6) return [];
      const [xs, ys] = [line.filter((_, i) => i % 2 === 0), line.filter((_, i) => i % 2 === 1)];
      const found: number[] = [];
      visit(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (i) => {
        if (isWithin(line, x[i]!, y[i]!)) found.push(i);
      });
      return found.sort((a, b) => a - b);
    },
  };
}

/** Whether a place is within a closed line (x, y, x, y, ...): whether a ray to the right crosses it an odd number of times. */
function isWithin(line: readonly number[], x: number, y: number): boolean {
  let isInside = false;
  let [fromX, fromY] = [line.at(-2)!, line.at(-1)!];
  for (let i = 0; i < line.length; i += 2) {
    const [toX, toY] = [line[i]!, line[i + 1]!];
    if (fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) isInside = !isInside;
    [fromX, fromY] = [toX, toY];
  }
  return isInside;
}

/** The least and the greatest value; 0, 0 for none. */
export function range(values: Float32Array): readonly [low: number, high: number] {
  if (values.length === 0) return [0, 0];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
