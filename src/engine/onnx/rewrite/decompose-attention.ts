import { floatAttribute, intAttribute } from "../attributes.js";
import { type GraphBuilder, int } from "../builder.js";
import type { GraphNode } from "../graph.js";
import type { Tensor } from "../tensor.js";
import type { GraphEditor } from "./editor.js";

/**
 * ONNX Runtime's Attention (one weight for queries, keys and values; a mask of ones and zeros, or of lengths) in standard
 * operators. Stays as it is with what text encoders do not use: a past, a causal mask, sizes of its own.
 */
export function decomposeAttention(editor: GraphEditor, node: GraphNode): void {
  const { b } = editor;
  const [x, weight, bias, mask, past, added] = node.inputs;
  const width = editor.shape(weight)?.[1];
  const maskRank = mask ? editor.shape(mask)?.length : 0;
  const isPlain = !past && !added && !intAttribute(node, "unidirectional", 0) && !node.attributes["qkv_hidden_sizes"];
  if (!isPlain || node.outputs.slice(1).some(Boolean) || typeof width !== "number" || maskRank === undefined || maskRank > 2)
    return;
  const heads = intAttribute(node, "num_heads", 1);
  const size = width / 3 / heads;
  const joined = b.matMul(x!, weight!);
  const parts = b.ops("Split", [bias ? b.add(joined, bias) : joined], { axis: int(-1), num_outputs: int(3) }, { outputs: 3 });
  const [queries, keys, values] = parts.map((part) => b.transpose(b.reshape(part, b.int64s([0, 0, heads, size])), [0, 2, 1, 3]));
  const alpha = floatAttribute(node, "scale", 0) || 1 / Math.sqrt(size);
  const scores = b.fusedMatMul(queries!, keys!, { transB: true, alpha });
  const filter = floatAttribute(node, "mask_filter_value", -10000);
  const masked = mask ? b.add(scores, maskToAdd(b, { mask, rank: maskRank, x: x!, filter })) : scores;
  const context = b.transpose(b.matMul(b.softmax(masked), values!), [0, 2, 1, 3]);
  editor.replace(node.outputs[0]!, b.reshape(context, b.int64s([0, 0, width / 3])));
}

interface MaskSource {
  readonly mask: string;
  readonly rank: number;
  readonly x: string;
  readonly filter: number;
}

/** `filter` where a key does not count, 0 where it does: `[batch, 1, 1, length]`. */
function maskToAdd(b: GraphBuilder, { mask, rank, x, filter }: MaskSource): string {
  const ignored = rank === 2 ? b.sub(b.scalar(1), b.cast(mask, "float32")) : b.cast(isBeyond(), "float32");
  return b.unsqueeze(b.mul(ignored, b.scalar(filter)), [1, 2]);

  function isBeyond(): string {
    const length = b.cast(b.gather(b.shape(x), b.int64(1)), "int32");
    const positions = b.op("Range", [int32(b, 0), length, int32(b, 1)]);
    return b.op("GreaterOrEqual", [positions, b.unsqueeze(mask, [1])]);
  }
}

/**
 * ONNX Runtime's EmbedLayerNormalization: the sum of word, position and segment embeddings, normalized; its second output is the
 * number of ones in each row of the mask.
 */
export function decomposeEmbeddings({ b, replace }: GraphEditor, node: GraphNode): void {
  const [ids, segments, words, positions, segmentTable, scale, bias, mask, positionIds] = node.inputs;
  const length = b.gather(b.shape(ids!), b.int64(1));
  const places = positionIds || b.op("Range", [b.int64(0), length, b.int64(1)]);
  let sum = b.add(b.gather(words!, ids!), b.gather(positions!, places));
  if (segments && segmentTable) sum = b.add(sum, b.gather(segmentTable, segments));
  const normalized = b.layerNormalization(sum, scale!, bias!, floatAttribute(node, "epsilon", 1e-12));
  const [output, lengths, embeddings] = node.outputs;
  if (lengths) replace(lengths, mask ? b.reduceSum(mask, b.int64s([1]), { keepDims: false }) : zeros());
  if (embeddings) replace(embeddings, sum);
  replace(output!, normalized);

  function zeros(): string {
    const value: Tensor = { dtype: "int32", dims: [1], data: Int32Array.of(0) };
    return b.op("ConstantOfShape", [b.op("Shape", [ids!], { start: int(0), end: int(1) })], { value: { kind: "tensor", value } });
  }
}

function int32(b: GraphBuilder, value: number): string {
  return b.cast(b.int64(value), "int32");
}
