/**
 * Settings that several rooms share when nobody says otherwise. Training's own are in the table of training arguments.
 */

/** Most tokens of a text; the rest is cut off. */
export const DEFAULT_MAX_SEQ_LEN = 128;

/** K, the draws per item of a model whose predictions are random. */
export const DEFAULT_ITERATIONS = 20;

/** Items per yielded chunk of predictions or features. */
export const DEFAULT_CHUNK_SIZE = 1024;

/** Seed of a training run and of what follows from it. */
export const DEFAULT_SEED = 42;
