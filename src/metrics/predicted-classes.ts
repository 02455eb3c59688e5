/** The class with the highest probability of each item, `[N]`; the lowest index where several are equal. */
export function predictedClasses(probs_N_C: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: probs_N_C.length / classes }, (_, item) => {
    let best = item * classes;
    for (let at = best + 1; at < (item + 1) * classes; at++) if (probs_N_C[at]! > probs_N_C[best]!) best = at;
    return best - item * classes;
  });
}
