import { BaalError } from "../../core/errors.js";
import { type ContrastiveLossName, TARGETS_INPUT, WEIGHTS_INPUT } from "./losses.js";

/** Which of the pairs of a batch a contrastive loss is of, and how sharply it looks. */
export interface ClassPairsOptions {
  readonly loss: ContrastiveLossName;
  /** Of `"supervisedContrastive"`: what cosines are divided by. */
  readonly temperature: number;
  /** Multiplies the loss: the share of a micro-batch in its step. 1 by default. */
  readonly scale?: number | undefined;
}

/** As good as minus infinity in a softmax, and still finite times 0. */
const NEVER = -1e4;

/**
 * The arrays to feed for a batch of items of the given classes, `[n, n]` row-major, by graph input name. With them the graph's loss is
 * - `cosinePairs`: half the mean of `(cos - 1)^2` over the pairs of a class, and half the mean of `cos^2` over the pairs of two classes, as
 *   SetFit samples them; the whole of one of them where the other has no pair;
 * - `supervisedContrastive`: the mean over the items that have class mates in the batch of `-mean_p log softmax_a(cos_ia / temperature)_p`,
 *   a all other items, p the mates (L_out of Khosla et al. 2020); 0 where no item has any.
 *
 * Throws `E_ARGUMENT` for a temperature that is not above 0.
 */
export function encodeClassPairs(
  classes_N: readonly number[],
  { loss, temperature, scale = 1 }: ClassPairsOptions,
): Map<string, Float32Array> {
  if (!(temperature > 0))
    throw new BaalError("E_ARGUMENT", `temperature is expected to be a number above 0; ${temperature} came.`);
  return loss === "cosinePairs" ? cosinePairs(classes_N, scale) : mates(classes_N, { temperature, scale });
}

/** Each pair stands once, above the diagonal. */
function cosinePairs(classes_N: readonly number[], scale: number): Map<string, Float32Array> {
  const n = classes_N.length;
  const targets = new Float32Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) targets[i * n + j] = Number(classes_N[i] === classes_N[j]);
  const all = (n * (n - 1)) / 2;
  const same = targets.reduce((sum, target) => sum + target, 0);
  const share = same === 0 || same === all ? scale : scale / 2;
  const weights = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) weights[i * n + j] = share / (targets[i * n + j] === 1 ? same : all - same);
  }
  return new Map([
    [TARGETS_INPUT, targets],
    [WEIGHTS_INPUT, weights],
  ]);
}

function mates(
  classes_N: readonly number[],
  { temperature, scale }: { readonly temperature: number; readonly scale: number },
): Map<string, Float32Array> {
  const n = classes_N.length;
  const matesOf = classes_N.map((own) => classes_N.filter((other) => other === own).length - 1);
  const anchors = matesOf.filter((count) => count > 0).length;
  const targets = new Float32Array(n * n);
  const weights = new Float32Array(n * n).fill(1 / temperature);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j && classes_N[i] === classes_N[j]) targets[i * n + j] = scale / (matesOf[i]! * anchors);
    }
    weights[i * n + i] = NEVER;
  }
  return new Map([
    [TARGETS_INPUT, targets],
    [WEIGHTS_INPUT, weights],
  ]);
}
