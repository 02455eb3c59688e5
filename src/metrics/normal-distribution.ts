/** Standard normal distribution function, to about 1e-13: the series of erf near 0, its continued fraction in the tails. */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let tail: number;
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 3; term > 1e-17 * sum; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    tail = 0.5 - density * sum;
  } else {
    let fraction = z;
    for (let n = 60; n > 0; n--) fraction = z + n / fraction;
    tail = density / fraction;
  }
  return x > 0 ? 1 - tail : tail;
}

/** The x with `normalCdf(x) = p`, for p in (0, 1), by bisection: it is called a few times only. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
