import type { DropoutSite } from "../../bayesian/dropout-sites.js";
import { intAttribute } from "../../engine/onnx/attributes.js";
import { type GraphBuilder, graphBuilder, int } from "../../engine/onnx/builder.js";
import { consumers, type Graph, type GraphNode, producers, typeOf } from "../../engine/onnx/graph.js";
import { INPUT_IDS } from "../architectures/text-inputs.js";
import { placeDropout } from "../graph/graph-layers.js";

/** How a layer's attention compares its words with its table of distances, as exports of DeBERTa have it. */
interface Comparison {
  /** The layer over the table: a `Gemm` of `[distances, d]`. */
  readonly projection: GraphNode;
  /** Words `[heads * batch, sequence, d_head]` by distances. */
  readonly product: GraphNode;
  /** Takes for each pair of words its distance's product. */
  readonly choice: GraphNode;
  readonly isKey: boolean;
}

/**
 * Gives a layer of an exported DeBERTa the dropout of its table of distances. The table is one for all items, and a mask is an item's own:
 * the rows that a text's distances need are taken for each item, dropped out, and then go through the layers that the whole table went
 * through. Rows stand as in the graph that is built from a checkpoint, so that both draw the same masks. `weights` are the names of the
 * layer's projections of the table. Returns whether such a layer was found.
 */
export function placeDistanceDropout(
  graph: Graph,
  site: DropoutSite,
  weights: { readonly key: readonly string[]; readonly query: readonly string[] },
): boolean {
  const found = comparisonsOf(graph, weights);
  if (found.length === 0) return false;
  const b = graphBuilder(graph);
  const batchAndLength = b.shape(INPUT_IDS);
  const [batch, length] = [0, 1].map((axis) => b.slice(batchAndLength, b.int64s([axis]), b.int64s([axis + 1]), b.int64s([0])));
  const text = { batch: batch!, length: length! };
  const table = found[0]!.projection.inputs[0]!;
  const width = typeOf(graph, table)!.shape![1] as number;
  const axes = b.concat([b.int64s([2]), text.length, b.int64s([width])], 0);
  const rows = b.reshape(b.gather(table, rowsOf(b, found[0]!, text.length)), axes);
  const used = b.expand(rows, b.concat([text.batch, axes], 0));
  const tokens = b.reshape(used, b.int64s([-1, width]));
  for (const comparison of found) readRows(b, comparison, { ...text, tokens });
  placeDropout(graph, { ...site, value: used });
  return true;
}

function comparisonsOf(graph: Graph, weights: { readonly key: readonly string[]; readonly query: readonly string[] }) {
  const madeBy = producers(graph);
  const readBy = consumers(graph);
  const found: Comparison[] = [];
  for (const product of graph.nodes) {
    if (product.opType !== "FusedMatMul" || intAttribute(product, "transB", 0) !== 1) continue;
    let projection = madeBy.get(product.inputs[1]!);
    let isRepeated = false;
    while (projection && /^(Tile|Expand|Reshape|Transpose|Squeeze|Unsqueeze)$/.test(projection.opType)) {
      isRepeated ||= /^(Tile|Expand)$/.test(projection.opType);
      projection = madeBy.get(projection.inputs[0]!);
    }
    const readers = readBy.get(product.outputs[0]!) ?? [];
    const [choice] = readers;
    if (projection?.opType !== "Gemm" || !isRepeated || readers.length !== 1 || choice?.opType !== "GatherElements") continue;
    const isKey = weights.key.includes(projection.inputs[1]!);
    if (isKey || weights.query.includes(projection.inputs[1]!)) found.push({ projection, product, choice, isKey });
  }
  return found;
}

/** `[2, sequence]`: the table's rows of the distances -1, -2, ... and of 0, 1, ..., query minus key, read off the pairs' own rows. */
function rowsOf(b: GraphBuilder, { choice, isKey }: Comparison, length: string): string {
  const maker = b.graph.nodes.find(({ outputs }) => outputs[0] === choice.inputs[1]);
  const pairs = b.gather(maker?.opType === "Expand" ? maker.inputs[0]! : choice.inputs[1]!, b.int64(0), 0);
  const [column, row] = [b.gather(pairs, b.int64(0), 1), b.gather(pairs, b.int64(0), 0)];
  const [ahead, behind] = isKey ? [column, row] : [row, column];
  const [one, end, all] = [b.int64s([1]), b.int64s([Number.MAX_SAFE_INTEGER]), b.int64s([0])];
  const last = b.slice(behind, b.int64s([-1]), end, all);
  // No two words are a whole text apart: the last place is there for the form.
  const away = b.concat([b.slice(behind, one, end, all), last], 0);
  return b.reshape(b.concat([away, ahead], 0), b.concat([b.int64s([2]), length], 0));
}

interface Rows {
  readonly batch: string;
  readonly length: string;
  /** `[batch * 2 * sequence, d]` */
  readonly tokens: string;
}

function readRows(b: GraphBuilder, { projection, product, choice, isKey }: Comparison, { batch, length, tokens }: Rows): void {
  const headDim = typeOf(b.graph, product.inputs[1]!)!.shape![2] as number;
  const heads = (typeOf(b.graph, projection.outputs[0]!)!.shape![1] as number) / headDim;
  const both = b.mul(length, b.int64s([2]));
  const projected = b.op("Gemm", [tokens, ...projection.inputs.slice(1)], projection.attributes);
  const split = b.reshape(projected, b.concat([batch, both, b.int64s([heads, headDim])], 0));
  const perHead = b.reshape(b.transpose(split, [0, 2, 1, 3]), b.concat([b.int64s([-1]), both, b.int64s([headDim])], 0));
  product.inputs[1] = perHead;

  const places = b.op("Range", [b.int64(0), b.squeeze(length, [0]), b.int64(1)]);
  const apart = isKey
    ? b.sub(b.unsqueeze(places, [1]), b.unsqueeze(places, [0]))
    : b.sub(b.unsqueeze(places, [0]), b.unsqueeze(places, [1]));
  const place = b.where(b.op("Less", [apart, b.int64(0)]), b.sub(b.int64(-1), apart), b.add(apart, length));
  const shape = b.concat([b.mul(batch, b.int64s([heads])), length, length], 0);
  choice.inputs[1] = b.expand(place, shape);
  choice.attributes = { ...choice.attributes, axis: int(-1) };
}
