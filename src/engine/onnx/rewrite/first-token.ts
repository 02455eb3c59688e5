import { intAttribute } from "../attributes.js";
import { type Graph, type GraphNode, typeOf } from "../graph.js";
import { shapeValueOf } from "../infer.js";
import { editGraph, type GraphEditor } from "./editor.js";
import { type Demand, narrowTarget, SELECTION_RULES, type Selection } from "./selection-rules.js";

/**
 * A classifier reads only the first token of the last layer. Where a graph selects position 0 of an axis, this moves the
 * selection up, so that the last layer computes queries, attention, output and feed-forward of that position alone (keys and
 * values stay whole). The outputs stay the same. `Dropout` nodes on the way then see one position.
 * Needs inferred shapes; a graph without such a selection stays as it is.
 */
export function selectFirstToken(graph: Graph): void {
  const demands = collectDemands(graph);
  if (!isFeasible(graph, demands)) return;
  editGraph(graph, (editor) => narrow(editor, demands));
}

/** The part of each value that all its readers together want. A value that is not in the table is read by nobody who remains. */
type Demands = Map<string, Demand>;

/** Walks from the outputs to the inputs: when a node is reached, all of its readers have said what they want. */
function collectDemands(graph: Graph): Demands {
  const demands: Demands = new Map(graph.outputs.map((output) => [output, "full"]));
  for (const node of [...graph.nodes].reverse()) {
    demandsOf(graph, node, demands).forEach((demand, i) => {
      const input = node.inputs[i];
      if (input) join(demands, input, demand);
    });
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === "graph") for (const value of capturedBy(attribute.value)) demands.set(value, "full");
    }
  }
  return demands;
}

function demandsOf(graph: Graph, node: GraphNode, demands: Demands): readonly Demand[] {
  const wanted = demands.get(node.outputs[0]!);
  const others = node.outputs.slice(1).some((output) => demands.has(output));
  if (wanted === undefined && !others) return node.inputs.map(() => "nothing");
  const all = node.inputs.map((): Demand => "full");
  const selected = selectorAxis(graph, node);
  if (selected !== undefined) return all.with(0, { kind: "first", axis: selected });
  const passed = typeof wanted === "object" && !others ? passOn(graph, node, wanted) : undefined;
  return passed ?? all;
}

function passOn(graph: Graph, node: GraphNode, wanted: Selection): readonly Demand[] | undefined {
  const output = typeOf(graph, node.outputs[0]!)?.shape;
  const rule = SELECTION_RULES[node.domain === "" ? node.opType : `${node.domain}:${node.opType}`];
  return output && rule?.({ node, wanted, output, inputs: node.inputs.map((input) => typeOf(graph, input)?.shape) });
}

/** The axis along which the node takes position 0 of its first input. */
function selectorAxis(graph: Graph, node: GraphNode): number | undefined {
  const shape = typeOf(graph, node.inputs[0] ?? "")?.shape;
  if (!shape || node.domain !== "") return undefined;
  const elements = (i: number) => (node.inputs[i] ? shapeValueOf(graph, node.inputs[i])?.elements : undefined);
  let axis: number | undefined;
  if (node.opType === "Gather" && elements(1)?.join() === "0") axis = intAttribute(node, "axis", 0);
  if (
    node.opType === "Slice" &&
    elements(1)?.join() === "0" &&
    elements(2)?.join() === "1" &&
    (elements(4) ?? [1]).join() === "1"
  ) {
    const given = node.inputs[3] ? elements(3) : [0];
    axis = given?.length === 1 && typeof given[0] === "number" ? given[0] : undefined;
  }
  if (axis === undefined) return undefined;
  const positive = axis < 0 ? axis + shape.length : axis;
  // Only axes of a size that the run decides: along the others nothing was repeated in vain.
  return typeof shape[positive] === "string" ? positive : undefined;
}

function join(demands: Demands, value: string, demand: Demand): void {
  if (demand === "nothing") return;
  const before = demands.get(value);
  const agrees = before === undefined || isSame(before, demand);
  demands.set(value, agrees ? demand : "full");
}

function isSame(a: Demand | undefined, b: Demand): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  return a.kind === b.kind && a.axis === b.axis;
}

/** Values of the outer graph that a subgraph reads. */
function capturedBy(graph: Graph): string[] {
  return graph.nodes.flatMap((node) => node.inputs);
}

/** A part of merged rows can be cut out of a whole value only in front of the merging. */
function isFeasible(graph: Graph, demands: Demands): boolean {
  let selections = 0;
  for (const { node, wanted } of narrowedNodes(graph, demands)) {
    selections++;
    for (const [i, demand] of passOn(graph, node, wanted)!.entries()) {
      const isCut = typeof demand === "object" && !isSame(demands.get(node.inputs[i]!), demand);
      if (isCut && demand.kind === "merged" && !mergingOf(graph, node.inputs[i]!, demand)) return false;
    }
  }
  return selections > 0;
}

function* narrowedNodes(graph: Graph, demands: Demands): Generator<{ readonly node: GraphNode; readonly wanted: Selection }> {
  for (const node of graph.nodes) {
    const wanted = demands.get(node.outputs[0]!);
    if (typeof wanted !== "object" || selectorAxis(graph, node) !== undefined) continue;
    const others = node.outputs.slice(1).some((output) => demands.has(output));
    if (!others && passOn(graph, node, wanted)) yield { node, wanted };
  }
}

/** The `Reshape` that merged the axes of a value, and the selection in front of it. */
function mergingOf(graph: Graph, value: string, wanted: Selection) {
  const merge = graph.nodes.find((node) => node.outputs[0] === value);
  const source = merge?.opType === "Reshape" ? passOn(graph, merge, wanted)?.[0] : undefined;
  return merge && typeof source === "object" && source.kind === "first" ? { merge, source } : undefined;
}

function narrow(editor: GraphEditor, demands: Demands): void {
  const { graph, b } = editor;
  const cuts = new Map<string, string>();
  const edits = [...narrowedNodes(graph, demands)].map(({ node, wanted }) => ({
    node,
    wanted,
    output: typeOf(graph, node.outputs[0]!)!.shape!,
    passed: passOn(graph, node, wanted)!,
  }));
  for (const { node, wanted, output, passed } of edits) {
    node.inputs = node.inputs.map((input, i) => {
      const demand = passed[i];
      return typeof demand === "object" && !isNarrowed(input, demand) ? cut(input, demand) : input;
    });
    if (node.opType === "Reshape") node.inputs[1] = b.int64s(narrowTarget(output, wanted)!);
  }

  /** Whether the value is computed as that part alone: its maker is among the nodes that pass the selection on. */
  function isNarrowed(value: string, demand: Selection): boolean {
    return isSame(demands.get(value), demand) && edits.some(({ node }) => node.outputs[0] === value);
  }

  function cut(value: string, wanted: Selection): string {
    const key = `${value}|${wanted.kind}|${wanted.axis}`;
    const known = cuts.get(key);
    if (known !== undefined) return known;
    const made = wanted.kind === "first" ? firstOf(value, wanted.axis) : mergedRows(value, wanted);
    cuts.set(key, made);
    return made;
  }

  function firstOf(value: string, axis: number): string {
    return b.slice(value, b.int64s([0]), b.int64s([1]), b.int64s([axis]));
  }

  function mergedRows(value: string, wanted: Selection): string {
    const { merge, source } = mergingOf(graph, value, wanted)!;
    const target = narrowTarget(typeOf(graph, value)!.shape!, wanted)!;
    return b.reshape(cut(merge.inputs[0]!, source), b.int64s(target));
  }
}
