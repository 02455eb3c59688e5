import { floatAttribute, intAttribute } from "./attributes.js";
import { type GraphBuilder, int } from "./builder.js";
import { inferNode } from "./infer.js";
import type { Dim, Shape } from "./tensor.js";
import type { UpgradeContext } from "./upgrade-rule.js";

/** A score that no other one reaches. Finite: a row of -Infinity alone would give NaN, and NaN gradients. */
const MASKED = -1e30;

/**
 * Attention of opset 23 to 25 (https://onnx.ai/onnx/operators/onnx__Attention.html) in operators of the internal opset:
 * softmax(softcap(s Q K') + bias) V. Queries and keys are `[batch, heads, length, size]` or `[batch, length, heads * size]`; a row in which
 * every key is masked gives zeros. With a cache, the keys of the past come first.
 */
export function attention(context: UpgradeContext): undefined {
  const { node, b, type, unsupported } = context;
  const [query, key, value, mask, pastKey, pastValue, lengths] = node.inputs;
  const rank = type(0)?.shape?.length;
  if (rank !== 3 && rank !== 4) throw unsupported("has queries of unknown rank");
  const [heads, keyHeads] = headCounts(context, rank);
  const split = (x: string, count: number) =>
    rank === 4 ? x : b.transpose(b.reshape(x, b.int64s([0, 0, count, -1])), [0, 2, 1, 3]);
  const q = split(query!, heads);
  const ownKeys = split(key!, keyHeads);
  const ownValues = split(value!, keyHeads);
  const keys = pastKey ? b.concat([pastKey, ownKeys], 2) : ownKeys;
  const values = pastValue ? b.concat([pastValue, ownValues], 2) : ownValues;

  const size = b.type(q)?.shape?.[3];
  const given = node.attributes["scale"] ? floatAttribute(node, "scale", 1) : undefined;
  const scale = given ?? (typeof size === "number" ? 1 / Math.sqrt(size) : undefined);
  if (scale === undefined) throw unsupported("has heads of unknown size");
  const repeated = (x: string) => repeatHeads(b, x, keyHeads, heads);
  const raw = b.mul(b.matMul(q, b.transpose(repeated(keys), [0, 1, 3, 2])), b.scalar(scale));
  const softcap = floatAttribute(node, "softcap", 0);
  const capped = softcap > 0 ? b.mul(b.tanh(b.div(raw, b.scalar(softcap))), b.scalar(softcap)) : raw;
  const bias = biasOf(context, { q, keys, mask, pastKey, lengths });
  const scores = bias ? b.add(capped, bias) : capped;
  const probabilities = bias ? b.where(isMaskedRow(b, bias), b.scalar(0), b.softmax(scores)) : b.softmax(scores);

  const hidden = b.where(b.op("LessOrEqual", [scores, b.scalar(MASKED / 2)]), b.scalar(-Infinity), scores);
  const shown = [raw, capped, hidden, probabilities][intAttribute(node, "qk_matmul_output_mode", 0)]!;
  for (const [i, source] of [keys, values, shown].entries()) alias(b, source, node.outputs[i + 1]);
  node.outputs = node.outputs.slice(0, 1);
  node.attributes = {};
  if (rank === 4) {
    node.opType = "MatMul";
    node.inputs = [probabilities, repeated(values)];
    return;
  }
  node.opType = "Reshape";
  node.inputs = [b.transpose(b.matMul(probabilities, repeated(values)), [0, 2, 1, 3]), b.int64s([0, 0, -1])];
}

function headCounts({ node, type, unsupported }: UpgradeContext, rank: number): [number, number] {
  const [heads, keyHeads] = [0, 1].map((i) =>
    rank === 4 ? type(i)?.shape?.[1] : intAttribute(node, i === 0 ? "q_num_heads" : "kv_num_heads"),
  );
  if (typeof heads !== "number" || typeof keyHeads !== "number" || heads % keyHeads !== 0)
    throw unsupported("has numbers of heads that are unknown, or do not divide each other");
  return [heads, keyHeads];
}

/** Each head of keys serves several heads of queries: a, b becomes a, a, b, b. */
function repeatHeads(b: GraphBuilder, x: string, from: number, to: number): string {
  if (from === to) return x;
  const shape = b.shape(x);
  const at = (start: number, end: number) => b.slice(shape, b.int64s([start]), b.int64s([end]), b.int64s([0]));
  const wide = b.expand(b.unsqueeze(x, [2]), b.concat([at(0, 2), b.int64s([to / from]), at(2, 4)], 0));
  return b.reshape(wide, b.concat([at(0, 1), b.int64s([to]), at(2, 4)], 0));
}

interface Masks {
  readonly q: string;
  readonly keys: string;
  readonly mask: string | undefined;
  readonly pastKey: string | undefined;
  readonly lengths: string | undefined;
}

/** What is added to the scores, broadcast to `[batch, heads, queries, keys]`; `undefined`: nothing. */
function biasOf({ node, b, type }: UpgradeContext, { q, keys, mask, pastKey, lengths }: Masks): string | undefined {
  const [queryCount, keyCount] = [q, keys].map((x) => dimOf(b, x, 2));
  const positions = (count: string) => b.op("Range", [b.int64(0), b.squeeze(count, [0]), b.int64(1)]);
  const parts: string[] = [];
  if (mask) {
    const added = type(3)?.dtype === "bool" ? ignored(b, mask) : b.op("Max", [mask, b.scalar(MASKED)]);
    parts.push(upTo(b, added, keyCount!, b.type(keys)?.shape?.[2]));
  }
  const isCausal = intAttribute(node, "is_causal", 0) === 1;
  const [left, right] = [intAttribute(node, "left_window_size", -1), intAttribute(node, "right_window_size", -1)];
  if (isCausal || left >= 0 || right >= 0) {
    // How far a key lies before its query; with a cache, queries stand at the end of the keys.
    const offset = pastKey ? dimOf(b, pastKey, 2) : lengths ? b.unsqueeze(b.sub(lengths, queryCount!), [1, 2, 3]) : b.int64s([0]);
    const distance = b.sub(b.add(b.unsqueeze(positions(queryCount!), [1]), offset), positions(keyCount!));
    const limits = [
      isCausal ? b.op("GreaterOrEqual", [distance, b.int64(0)]) : undefined,
      left >= 0 ? b.op("LessOrEqual", [distance, b.int64(left)]) : undefined,
      right >= 0 ? b.op("GreaterOrEqual", [distance, b.int64(-right)]) : undefined,
    ];
    for (const limit of limits) if (limit) parts.push(ignored(b, limit));
  }
  if (lengths) parts.push(ignored(b, b.op("Less", [positions(keyCount!), b.unsqueeze(lengths, [1, 2, 3])])));
  return parts.length > 0 ? parts.reduce((sum, part) => b.add(sum, part)) : undefined;
}

function ignored(b: GraphBuilder, isRead: string): string {
  return b.where(isRead, b.scalar(0), b.scalar(MASKED));
}

/** A mask for fewer keys than there are hides the rest. */
function upTo(b: GraphBuilder, mask: string, keyCount: string, keys: Dim | undefined): string {
  const shape: Shape | undefined = b.type(mask)?.shape;
  if (!shape || shape.at(-1) === keys) return mask;
  const missing = b.sub(keyCount, dimOf(b, mask, -1));
  const pads = b.concat([b.int64s(Array<number>(2 * shape.length - 1).fill(0)), missing], 0);
  return b.op("Pad", [mask, pads, b.scalar(MASKED)]);
}

function isMaskedRow(b: GraphBuilder, bias: string): string {
  const largest = b.op("ReduceMax", [bias, b.int64s([-1])], { keepdims: int(1) });
  return b.op("LessOrEqual", [largest, b.scalar(MASKED)]);
}

function dimOf(b: GraphBuilder, x: string, axis: number): string {
  return b.gather(b.shape(x), b.int64s([axis]));
}

/** Gives a value a second name, that of an output of the file. */
function alias(b: GraphBuilder, source: string, name: string | undefined): void {
  if (!name) return;
  const node = { opType: "Identity", domain: "", name, inputs: [source], outputs: [name], attributes: {} };
  b.graph.nodes.push(node);
  inferNode(b.graph, node);
}

/** Rotary position embedding (Su et al. 2021, arXiv:2104.09864): pairs of features are turned by an angle that grows with the position. */
export function rotaryEmbedding({ node, b, type, unsupported }: UpgradeContext): undefined {
  const [x, cosines, sines, positions] = node.inputs;
  const rank = type(0)?.shape?.length;
  const heads = intAttribute(node, "num_heads", 0);
  if ((rank !== 3 && rank !== 4) || (rank === 3 && heads === 0)) throw unsupported("has an input of unknown rank or heads");
  const headAxis = rank === 4 ? 1 : 2;
  const split = rank === 4 ? x! : b.reshape(x!, b.int64s([0, 0, heads, -1]));
  const size = b.type(split)?.shape?.[3];
  const turned = intAttribute(node, "rotary_embedding_dim", 0) || size;
  if (typeof turned !== "number") throw unsupported("has heads of unknown size");
  const part = (value: string, start: number, end: number, step = 1) =>
    b.slice(value, b.int64s([start]), b.int64s([end]), b.int64s([3]), b.int64s([step]));
  const [cos, sin] = [cosines!, sines!].map((table) =>
    b.unsqueeze(positions ? b.gather(table, positions) : table, [headAxis]),
  ) as [string, string];
  const isInterleaved = intAttribute(node, "interleaved", 0) === 1;
  const half = turned / 2;
  const [first, second] = isInterleaved
    ? [part(split, 0, turned, 2), part(split, 1, turned, 2)]
    : [part(split, 0, half), part(split, half, turned)];
  const real = b.sub(b.mul(cos, first), b.mul(sin, second));
  const imaginary = b.add(b.mul(sin, first), b.mul(cos, second));
  const pairs = isInterleaved
    ? b.reshape(b.concat([b.unsqueeze(real, [4]), b.unsqueeze(imaginary, [4])], 4), b.int64s([0, 0, 0, turned]))
    : b.concat([real, imaginary], 3);
  const whole = turned === size ? pairs : b.concat([pairs, part(split, turned, 2 ** 31 - 1)], 3);
  node.attributes = {};
  node.opType = rank === 4 ? "Identity" : "Reshape";
  node.inputs = rank === 4 ? [whole] : [whole, b.int64s([0, 0, -1])];
}

/** Root mean square normalization (Zhang & Sennrich 2019, arXiv:1910.07467): y = w x / sqrt(mean(x^2) + epsilon). */
export function rmsNormalization({ node, b, type, unsupported }: UpgradeContext): undefined {
  const [x, scale] = node.inputs;
  const axis = intAttribute(node, "axis", -1);
  const rank = type(0)?.shape?.length;
  if (axis >= 0 && rank === undefined) throw unsupported("has an input of unknown rank");
  const count = axis < 0 ? -axis : rank! - axis;
  const axes = b.int64s(Array.from({ length: count }, (_, i) => i - count));
  const square = b.reduceMean(b.mul(x!, x!), axes);
  const deviation = b.sqrt(b.add(square, b.scalar(floatAttribute(node, "epsilon", 1e-5))));
  node.attributes = {};
  node.opType = "Mul";
  node.inputs = [b.div(x!, deviation), scale!];
}

/** y = x sigmoid(alpha x). */
export function swish({ node, b }: UpgradeContext): undefined {
  const x = node.inputs[0]!;
  const alpha = floatAttribute(node, "alpha", 1);
  node.attributes = {};
  node.opType = "Mul";
  node.inputs = [x, b.sigmoid(alpha === 1 ? x : b.mul(x, b.scalar(alpha)))];
}
