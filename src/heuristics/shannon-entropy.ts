/** `-sum p ln p` in nats; 0 ln 0 is 0. */
export function shannonEntropy(probs_C: Float64Array): number {
  let entropy = 0;
  for (const p of probs_C) if (p > 0) entropy -= p * Math.log(p);
  return entropy;
}
