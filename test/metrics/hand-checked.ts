/** Four items of three classes; the most probable classes are 0, 1, 1 (a tie with 2) and 2. */
export const probs_N_C: readonly number[] = [0.7, 0.2, 0.1, 0.3, 0.5, 0.2, 0.2, 0.4, 0.4, 0.1, 0.1, 0.8];
export const targets_N: readonly number[] = [0, 0, 2, 2];
