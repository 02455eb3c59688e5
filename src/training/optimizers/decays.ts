const UNDECAYED = /(^|[._])bias$|layer_?norm|(^|[._])norm/i;

/**
 * Whether weight decay applies to a parameter, as Hugging Face's trainer decides it: not to biases, not to the weights of
 * normalisation layers (`LayerNorm`, `layer_norm`, `sa_layer_norm`, `norm1`, ...).
 */
export function decays(name: string): boolean {
  return !UNDECAYED.test(name);
}
