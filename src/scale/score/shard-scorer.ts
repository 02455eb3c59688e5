import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import type { Row } from "../../data/rows/row.js";
import { parseTextTemplate } from "../../data/text/text-template.js";
import { WorkerProcess } from "../../system/worker-process.js";
import { type RunPlan, runId, shardBounds } from "../plan/run-plan.js";
import type { LoadedModelFacts, LoadRequest, ScoreCalls, ScoredItems, ScoreRequest } from "./score-calls.js";
import type { ShardCandidates, ShardResult } from "./shard-result.js";

/** Scores shards of a run in a process of its own, so that this one stays free for locks, signals and progress. */
export interface ShardScorer {
  /**
   * A shard's scores. An item that cannot be scored, be it one that ends the process, gets an error in place of a score, and the others their scores.
   * Throws `E_ABORTED`, and what has to do with the model rather than an item.
   */
  score(shard: number, rows: readonly Row[], signal?: AbortSignal): Promise<ShardResult>;
  stop(): Promise<void>;
}

/** Where the model runs. */
export type ScorerOptions = Pick<LoadRequest, "folder"> & Partial<Pick<LoadRequest, "device" | "threads" | "onnxFile">>;

/** Faults of the machine or the model, which no other split of the items mends. */
const NOT_OF_AN_ITEM: ReadonlySet<string> = new Set([
  ...["E_ABORTED", "E_ARGUMENT", "E_FILE_NOT_FOUND", "E_HUB", "E_MODEL_FORMAT", "E_DEVICE_UNAVAILABLE", "E_MODEL_DETERMINISTIC"],
]);

export function shardScorer(plan: RunPlan, options: ScorerOptions): ShardScorer {
  const { kind, iterations, seed, strategy, count, maxSeqLen, precision, masks } = plan;
  const load: LoadRequest = {
    ...{ device: undefined, threads: undefined, onnxFile: undefined, ...options },
    ...{ kind, precision, masks, isStochastic: iterations > 1 },
  };
  let worker: WorkerProcess<ScoreCalls> | undefined;
  let facts: Promise<LoadedModelFacts> | undefined;
  const ready = async () => {
    if (worker === undefined || worker.hasEnded) {
      worker = new WorkerProcess<ScoreCalls>(new URL("./score-process.js", import.meta.url), {
        name: "The process that scores",
        remedy: "the shard is tried again in a new one",
      });
      facts = worker.call("load", load);
    }
    return { worker, facts: await facts! };
  };
  const ask = async (items: Items, signal: AbortSignal | undefined): Promise<ScoredItems> => {
    throwIfAborted(signal, "The scoring");
    const request: ScoreRequest = { ...items, iterations, seed, strategy, count, maxSeqLen };
    return (await ready()).worker.call("score", request, { signal });
  };
  /** All that can be scored of the items, by halves down to those that cannot. */
  const scoreWhatCan = async (items: Items, found: Found, signal: AbortSignal | undefined, tries = 2): Promise<void> => {
    if (items.indices.length === 0) return;
    try {
      keep(found, items, await ask(items, signal));
    } catch (error) {
      if (signal?.aborted || (error instanceof BaalError && NOT_OF_AN_ITEM.has(error.code))) throw error;
      // A process may have been ended for a reason that has nothing to do with the items.
      if (worker?.hasEnded && tries > 1) return scoreWhatCan(items, found, signal, tries - 1);
      if (items.indices.length === 1) {
        found.errors.set(items.indices[0]!, errorMessage(error));
        return;
      }
      const middle = items.indices.length >> 1;
      for (const [from, to] of [
        [0, middle],
        [middle, items.indices.length],
      ]) {
        const half = { inputs: items.inputs.slice(from, to), indices: items.indices.slice(from, to) };
        await scoreWhatCan(half, found, signal, 1);
      }
    }
  };
  const inputOf = inputReader(plan);
  return {
    async score(shard, rows, signal) {
      const { start, length } = shardBounds(plan, shard);
      if (rows.length !== length)
        throw new BaalError("E_STORE", `Shard ${shard} has ${length} rows by the plan, and ${rows.length} in the store.`);
      const found = newFound(start, length);
      const items: { inputs: string[]; indices: number[] } = { inputs: [], indices: [] };
      for (const [n, row] of rows.entries()) {
        const input = inputOf(row);
        if (input === undefined)
          found.errors.set(start + n, `column "${plan.inputColumn}" holds no ${kind === "text" ? "text" : "path or address"}`);
        else {
          items.inputs.push(input);
          items.indices.push(start + n);
        }
      }
      await scoreWhatCan(items, found, signal);
      const { labels, task } = (await ready()).facts;
      const { scores, predicted, probability } = found;
      return {
        ...{ run: runId(plan), shard, start, labels, task, scores, predicted, probability },
        errors: [...found.errors].sort(([a], [b]) => a - b).map(([row, message]) => ({ row, message })),
        candidates: found.candidates.length === 0 ? undefined : joined(found.candidates),
      };
    },
    async stop() {
      await worker?.stop();
    },
  };
}

type Items = Pick<ScoreRequest, "inputs" | "indices">;

interface Found {
  readonly start: number;
  readonly scores: Float64Array;
  readonly predicted: Int32Array;
  readonly probability: Float32Array;
  readonly errors: Map<number, string>;
  readonly candidates: ShardCandidates[];
}

function newFound(start: number, length: number): Found {
  return {
    ...{ start, errors: new Map(), candidates: [] },
    scores: new Float64Array(length).fill(Number.NaN),
    predicted: new Int32Array(length).fill(-1),
    probability: new Float32Array(length).fill(Number.NaN),
  };
}

function keep(found: Found, { indices }: Items, scored: ScoredItems): void {
  for (const [n, index] of indices.entries()) {
    const at = index - found.start;
    found.scores[at] = scored.scores[n]!;
    found.predicted[at] = scored.predicted[n]!;
    found.probability[at] = scored.probability[n]!;
  }
  if (scored.candidates) found.candidates.push(scored.candidates);
}

export function joined(parts: readonly ShardCandidates[]): ShardCandidates {
  const join = (arrays: readonly Float32Array[]) => {
    const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of arrays) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return {
    indices: parts.flatMap(({ indices }) => [...indices]),
    probs: join(parts.map(({ probs }) => probs)),
    features: join(parts.map(({ features }) => features)),
  };
}

function inputReader({ inputColumn, text }: RunPlan): (row: Row) => string | undefined {
  if (text !== null) return parseTextTemplate(text).fill;
  return (row) => {
    const value = row[inputColumn];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
}
