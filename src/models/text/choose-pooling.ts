import type { PoolingMode, SentenceEmbedding } from "../architectures/sentence-head.js";
import type { SentenceModules } from "./sentence-modules.js";

/**
 * How a text's vector is made of its tokens'. `"auto"`: as the folder says; otherwise the head that the checkpoint was trained with;
 * otherwise, for a pooler that was never trained, the mean. `"pooler"`: the architecture's own head.
 */
export type Pooling = "auto" | "pooler" | PoolingMode;

export interface PoolingEvidence {
  /** What modules.json says. */
  readonly modules: SentenceModules | undefined;
  /** Whether the layer in front of the classifier is part of the encoder, where it may have been left untrained. */
  readonly hasPooler: boolean;
  /** Whether the checkpoint has a classifier behind its own head. */
  readonly hasClassifier: boolean;
  /** Whether the checkpoint has what its pooler was trained by: the classifier of BERT's sentence pairs. */
  readonly isPoolerTrained: boolean;
}

export interface ChosenPooling {
  /** `undefined`: the architecture's own head. */
  readonly embedding: SentenceEmbedding | undefined;
  /** Said once on loading, where a choice was made that no file and no caller made. */
  readonly remark?: string | undefined;
}

/** Chooses between a model's own head and the embedding of a sentence encoder. */
export function choosePooling(
  pooling: Pooling,
  { modules, hasPooler, hasClassifier, isPoolerTrained }: PoolingEvidence,
): ChosenPooling {
  if (pooling === "pooler") return { embedding: undefined };
  if (pooling !== "auto") return { embedding: { pooling: [pooling], steps: modules?.embedding.steps ?? [] } };
  if (modules) return { embedding: modules.embedding };
  // DistilBERT, RoBERTa and others have no pooler to leave untrained: the layer in front of their classifier begins anew with each task, as transformers has it.
  if (hasClassifier || isPoolerTrained || !hasPooler) return { embedding: undefined };
  return {
    embedding: { pooling: ["mean"], steps: [] },
    remark: `the checkpoint's pooler was not trained, so texts are read as the mean of their tokens (pooling: "pooler" takes it all the same).`,
  };
}
