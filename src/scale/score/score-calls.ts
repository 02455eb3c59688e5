import type { Task } from "../../core/task.js";
import type { ShardCandidates } from "./shard-result.js";

export interface LoadRequest {
  readonly folder: string;
  readonly kind: "text" | "image";
  readonly device: "cpu" | "cuda" | "webgpu" | undefined;
  readonly threads: number | undefined;
  readonly onnxFile: string | undefined;
  readonly precision: "int8" | undefined;
  /** Whether predictions are random: several draws are wanted. */
  readonly isStochastic: boolean;
  readonly masks: "balanced" | undefined;
}

export interface LoadedModelFacts {
  readonly labels: readonly string[];
  readonly task: Task;
}

export interface ScoreRequest {
  /** Texts, or paths and addresses of images. */
  readonly inputs: readonly string[];
  /** Dataset indices, which name the draws. */
  readonly indices: readonly number[];
  readonly iterations: number;
  readonly seed: number;
  readonly strategy: string;
  readonly count: number;
  readonly maxSeqLen: number;
}

/** In the order of the inputs. */
export interface ScoredItems {
  readonly scores: Float64Array;
  readonly predicted: Int32Array;
  readonly probability: Float32Array;
  readonly candidates: ShardCandidates | undefined;
}

/** The calls of the process that scores. */
export type ScoreCalls = {
  load(request: LoadRequest): LoadedModelFacts;
  score(request: ScoreRequest): ScoredItems;
};
