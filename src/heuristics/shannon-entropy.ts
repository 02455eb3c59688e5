import { negativePLogP } from "./negative-p-log-p.js";

const rounded = new Float32Array(1);
const bits = new Int32Array(rounded.buffer);

/** `-sum p ln p` in nats, to 1e-14 per class; 0 ln 0 is 0. */
export function shannonEntropy(probs_C: Float64Array): number {
  let entropy = 0;
  for (let c = 0; c < probs_C.length; c++) {
    const p = probs_C[c]!;
    rounded[0] = p;
    entropy += negativePLogP(p, bits[0]!) - (p - rounded[0]!);
  }
  return entropy;
}
