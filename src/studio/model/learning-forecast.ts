/** Error by the number of labels, `e(n) = a + b n^-c` (Cortes et al. 1993), as labels are added. */
export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface CurvePoint {
  readonly labelled: number;
  /** 1 less the error. */
  readonly value: number;
}

export interface Forecast extends PowerLaw {
  readonly points: readonly { readonly labelled: number; readonly value: number; readonly low: number; readonly high: number }[];
  readonly target: number;
  /** More labels until the target; `undefined` where it is not reached within what can be foreseen. */
  readonly more: readonly [low: number, high: number] | undefined;
}

/** From so many points on something is said. */
const FEWEST = 4;
/** Nothing is said of more than so many times the labels that there are. */
const REACH = 8;
const EXPONENTS = Array.from({ length: 60 }, (_, i) => 0.05 * (i + 1));

/** The law of least squares with a from 0 to 1 and b of at least 0: for each exponent a linear problem, the best of all. */
export function fitPowerLaw(points: readonly CurvePoint[]): PowerLaw {
  const best = EXPONENTS.map((c) => linearFit(points, c)).reduce((a, b) => (b.squares < a.squares ? b : a));
  return { a: best.a, b: best.b, c: best.c };
}

function linearFit(points: readonly CurvePoint[], c: number): PowerLaw & { readonly squares: number } {
  const xs = points.map(({ labelled }) => labelled ** -c);
  const ys = points.map(({ value }) => 1 - value);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  const slope = spread === 0 ? 0 : xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0) / spread;
  const through = () => {
    const squares = xs.reduce((sum, x) => sum + x * x, 0);
    return squares === 0 ? 0 : xs.reduce((sum, x, i) => sum + x * ys[i]!, 0) / squares;
  };
  // At the edge of what is allowed the other number is the best one that goes with it.
  let [a, b] = [my - slope * mx, slope];
  if (b < 0) [a, b] = [my, 0];
  if (a < 0) [a, b] = [0, Math.max(0, through())];
  const squares = xs.reduce((sum, x, i) => sum + (ys[i]! - a - b * x) ** 2, 0);
  return { a, b, c, squares };
}

/**
 * What may be expected of more labels: the law through all points, and as a range those through all but one of them (the jackknife). `undefined` with fewer
 * than four numbers of labels, or where more labels have not helped so far.
 */
export function forecast(points: readonly CurvePoint[], target: number): Forecast | undefined {
  const counts = new Set(points.map(({ labelled }) => labelled));
  if (counts.size < FEWEST) return undefined;
  const law = fitPowerLaw(points);
  if (law.b === 0) return undefined;
  const laws = [law, ...points.map((_, out) => fitPowerLaw(points.filter((_, i) => i !== out)))];
  const now = Math.max(...counts);
  const sizes = Array.from({ length: 13 }, (_, i) => Math.round(now * (1 + (i / 12) * 2)));
  const valueAt = ({ a, b, c }: PowerLaw, n: number) => 1 - Math.min(1, a + b * n ** -c);
  const shown = sizes.map((labelled) => {
    const values = laws.map((one) => valueAt(one, labelled));
    return { labelled, value: values[0]!, low: Math.min(...values), high: Math.max(...values) };
  });
  return { ...law, points: shown, target, more: moreLabels(laws, { target, now }) };
}

function moreLabels(
  laws: readonly PowerLaw[],
  { target, now }: { readonly target: number; readonly now: number },
): readonly [number, number] | undefined {
  const needed = laws.map(({ a, b, c }) => (1 - target > a ? (b / (1 - target - a)) ** (1 / c) : Infinity));
  // Where the law itself does not get there, its neighbours' word is not enough.
  if (needed[0]! > REACH * now) return undefined;
  const [low, high] = [Math.min(...needed), Math.max(...needed)];
  const more = (n: number) => roundUp(Math.max(0, n - now));
  return [more(low), more(Math.min(high, REACH * now))];
}

/** To two digits: more would be pretence. */
function roundUp(n: number): number {
  if (n < 10) return Math.ceil(n);
  const unit = 10 ** (Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / unit) * unit;
}
