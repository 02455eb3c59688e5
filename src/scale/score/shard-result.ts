import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { sha256Bytes } from "../../system/digest.js";

/** Items of a shard that a strategy over the whole pool chooses from, with what it needs to know of them. */
export interface ShardCandidates {
  /** Dataset indices. */
  readonly indices: readonly number[];
  /** Mean over the draws, `[M, C]`; no numbers where the strategy looks at features alone. */
  readonly probs: Float32Array;
  /** `[M, D]` */
  readonly features: Float32Array;
}

/** What the scoring of a shard came to. */
export interface ShardResult {
  /** {@link runId} */
  readonly run: string;
  readonly shard: number;
  /** Dataset index of the first row. */
  readonly start: number;
  readonly labels: readonly string[];
  readonly task: Task;
  /** Of each row; NaN where there is an error. */
  readonly scores: Float64Array;
  /** The most probable label and its probability; -1 and the number itself of a regression, -1 and NaN where there is an error. */
  readonly predicted: Int32Array;
  readonly probability: Float32Array;
  /** Rows without a score, by dataset index, and why. */
  readonly errors: readonly { readonly row: number; readonly message: string }[];
  readonly candidates: ShardCandidates | undefined;
}

/*
 * A result's file, little-endian; equal results have equal bytes:
 *   "BAALSHD1", uint32 length of the header, the header (JSON, padded with spaces to a multiple of 8),
 *   float64 scores [N], int32 predicted [N], float32 probability [N], float32 candidates' probs [M, C] and features [M, D],
 *   SHA-256 of all before it [32].
 */
const MAGIC = "BAALSHD1";
const PREFIX = 12;
const DIGEST = 32;

interface Header extends Omit<ShardResult, "scores" | "predicted" | "probability" | "candidates"> {
  readonly rows: number;
  readonly candidates: { readonly indices: readonly number[]; readonly probs: number; readonly features: number } | null;
}

export function encodeShardResult({ scores, predicted, probability, candidates, ...rest }: ShardResult): Uint8Array {
  const header: Header = {
    ...rest,
    rows: scores.length,
    candidates: candidates
      ? { indices: candidates.indices, probs: candidates.probs.length, features: candidates.features.length }
      : null,
  };
  const text = Buffer.from(JSON.stringify(header), "utf8");
  // The numbers begin at a multiple of 8.
  const padded = text.length + ((8 - ((PREFIX + text.length) % 8)) % 8);
  const prefix = Buffer.alloc(PREFIX + padded, " ");
  prefix.write(MAGIC, 0, "latin1");
  prefix.writeUInt32LE(padded, MAGIC.length);
  text.copy(prefix, PREFIX);
  const parts = [scores, predicted, probability, ...(candidates ? [candidates.probs, candidates.features] : [])];
  const body = Buffer.concat([prefix, ...parts.map(bytesOf)]);
  return Buffer.concat([body, sha256Bytes(body)]);
}

/** Throws `E_CHECKPOINT` for a file that is torn or damaged. */
export function decodeShardResult(file: Uint8Array, name: string): ShardResult {
  const damaged = () => new BaalError("E_CHECKPOINT", `${name} is damaged: it is scored again.`);
  // A copy of its own, so that the numbers' places are multiples of their sizes.
  const bytes = Buffer.from(new Uint8Array(file).buffer);
  const end = bytes.length - DIGEST;
  if (end < PREFIX || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw damaged();
  if (!sha256Bytes(bytes.subarray(0, end)).equals(bytes.subarray(end))) throw damaged();
  const length = bytes.readUInt32LE(MAGIC.length);
  const { rows, candidates, ...rest } = JSON.parse(bytes.toString("utf8", PREFIX, PREFIX + length)) as Header;
  let at = PREFIX + length;
  const next = <T>(make: (buffer: ArrayBuffer, at: number, count: number) => T, count: number, size: number): T => {
    const numbers = make(bytes.buffer, at, count);
    at += count * size;
    return numbers;
  };
  const floats = (count: number) => next((buffer, from, n) => new Float32Array(buffer, from, n), count, 4);
  return {
    ...rest,
    scores: next((buffer, from, n) => new Float64Array(buffer, from, n), rows, 8),
    predicted: next((buffer, from, n) => new Int32Array(buffer, from, n), rows, 4),
    probability: floats(rows),
    candidates: candidates
      ? { indices: candidates.indices, probs: floats(candidates.probs), features: floats(candidates.features) }
      : undefined,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
