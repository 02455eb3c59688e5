import { type Graph, type GraphNode, producers, sortTopologically, typeOf } from "../../engine/onnx/graph.js";
import { timmName } from "../architectures/timm.js";
import type { ModelConfig } from "../checkpoint/model-kind.js";
import { placeDropout } from "../graph/graph-layers.js";
import type { SourceDropout, SourceSite } from "./source-dropout.js";
import { timmDropout } from "./timm-dropout.js";
import { torchvisionDropout } from "./torchvision-dropout.js";
import { transformersDropout } from "./transformers-dropout.js";

/**
 * The dropout of the network that an export is of: by config.json for transformers and timm, by the paths of its modules for torchvision,
 * with the width of what its last layer reads. `undefined` for one that nothing is known of.
 */
export function sourceDropout(json: ModelConfig, paths: Iterable<string>, width: number | undefined): SourceDropout | undefined {
  if (timmName(json) !== undefined) return timmDropout(json);
  // What was saved from here under transformers' most general type is no network of theirs.
  if (json["model_type"] !== undefined && json["architecture"] !== "imported") return transformersDropout(json);
  return torchvisionDropout(paths, width);
}

/**
 * Puts a `Dropout` node at each place where the source of an exported network has one with a rate above 0 in its blocks: exports in
 * evaluation mode have lost them. Blocks and layers are found by the paths of modules that exporters note at nodes, or by the names of
 * weights. Works on a graph as it was read, whose weights are initializers. Returns the names of the sites that no place was found for.
 */
export function placeSourceDropout(graph: Graph, { block, sites }: SourceDropout): readonly string[] {
  const layout = layoutOf(graph, block);
  const used = new Set<string>();
  const unplaced: string[] = [];
  for (const site of sites) {
    const places = placesOf(graph, layout, site);
    const rates = layout.blocks.map((_, i) => site.rate(i, layout.blocks.length));
    if (places.length === 0 && (rates.length === 0 ? site.rate(1, 2) : Math.max(...rates)) > 0 && !site.isOptional) {
      unplaced.push(site.name);
      continue;
    }
    for (const { node, slot, path } of places) {
      const at = layout.blocks.indexOf(path);
      // As PyTorch's linspace in float32, printed as people write it.
      const rate = Number(Math.fround(site.rate(Math.max(at, 0), layout.blocks.length)).toPrecision(7));
      if (rate <= 0) continue;
      const name = ownName(used, at < 0 ? site.name : `${path}.${site.name}`);
      const value = slot < 0 ? node.outputs[0]! : node.inputs[slot]!;
      if (isMaskable(graph, value)) placeDropout(graph, { name, rate, place: "body", value, isItem: site.unit === "item" });
      else unplaced.push(name);
    }
  }
  sortTopologically(graph);
  return unplaced;
}

/** Where exporters say that a node came from, else the module of the weight that it reads. */
export function pathOf(graph: Graph, { origin, inputs }: GraphNode): string {
  if (origin?.module) return origin.module;
  const weight = inputs.find((input) => graph.initializers.has(input) && /\.\w+$/.test(input));
  return weight?.replace(/\.\w+$/, "") ?? "";
}

interface Layout {
  readonly paths: ReadonlyMap<GraphNode, string>;
  /** In the order of the computation. */
  readonly blocks: readonly string[];
  readonly branches: readonly Place[];
  readonly softmaxes: readonly Place[];
}

/** What is dropped out: an input of a node, or its output for -1. */
interface Place {
  readonly node: GraphNode;
  readonly slot: number;
  /** Of its block; `""` outside of all. */
  readonly path: string;
}

function layoutOf(graph: Graph, block: RegExp): Layout {
  const paths = new Map(graph.nodes.map((node) => [node, pathOf(graph, node)] as const));
  const blocks = [...new Set([...paths.values()].flatMap((path) => block.exec(path)?.[1] ?? []))];
  const madeBy = producers(graph);
  const branches: Place[] = [];
  const softmaxes: Place[] = [];

  const blockOf = (path: string) => blocks.find((at) => path === at || path.startsWith(`${at}.`));

  /** The block of a node, or of what it is computed from. */
  function blockBehind(node: GraphNode | undefined): string | undefined {
    for (let steps = 0; node && steps < 40; steps++) {
      const found = blockOf(paths.get(node) ?? "");
      if (found !== undefined) return found;
      node = node.inputs.map((input) => madeBy.get(input)).find((maker) => maker !== undefined);
    }
    return undefined;
  }

  for (const node of graph.nodes) {
    const slot = node.opType === "Add" ? branchSlot(graph, madeBy, node, paths) : undefined;
    const place =
      slot === undefined ? blockBehind(node) : (blockOf(paths.get(node)!) ?? blockBehind(madeBy.get(node.inputs[slot]!)));
    if (slot !== undefined && place !== undefined) branches.push({ node, slot, path: place });
    const isAttention = node.opType === "Softmax" && (typeOf(graph, node.outputs[0]!)?.shape?.length ?? 0) > 2;
    if (isAttention && place !== undefined) softmaxes.push({ node, slot: -1, path: place });
  }
  return { paths, blocks, branches, softmaxes };
}

function placesOf(
  graph: Graph,
  { paths, blocks, branches, softmaxes }: Layout,
  { at, layer, branch }: SourceSite,
): readonly Place[] {
  if (at === "softmax") return softmaxes;
  if (at === "branch") {
    return branches.filter((place, i) => {
      const before = branches.slice(0, i).filter(({ path }) => path === place.path).length;
      return branch === undefined || branch === before;
    });
  }
  const found = new Map<string, GraphNode>();
  for (const [node, path] of paths) {
    // The first node of a layer reads its input, the last one gives its output.
    if (layer!.test(path) && (at === "behind" || !found.has(path))) found.set(path, node);
  }
  return [...found].map(([path, node]) => {
    const slot = at === "behind" ? -1 : node.inputs.findIndex((input) => !graph.initializers.has(input));
    return { node, slot, path: blocks.find((block) => path.startsWith(`${block}.`)) ?? "" };
  });
}

/** Which input of an addition is what a block adds to what it was given; `undefined` for another addition. */
function branchSlot(
  graph: Graph,
  madeBy: ReadonlyMap<string, GraphNode>,
  { inputs, outputs }: GraphNode,
  paths: ReadonlyMap<GraphNode, string>,
): number | undefined {
  const shape = (value: string) => typeOf(graph, value)?.shape;
  if (inputs.some((input) => String(shape(input)) !== String(shape(outputs[0]!)))) return undefined;
  if ((shape(outputs[0]!)?.length ?? 0) < 3) return undefined;
  const [first, second] = [computed(graph, madeBy, inputs[0]!), computed(graph, madeBy, inputs[1]!)];
  if (second.has(inputs[0]!)) return isLayered(graph, second, first) ? 1 : undefined;
  if (first.has(inputs[1]!)) return isLayered(graph, first, second) ? 0 : undefined;
  // A shortcut with a layer of its own.
  const slot = inputs.findIndex((input) => /downsample|shortcut/.test(paths.get(madeBy.get(input)!) ?? ""));
  return slot < 0 ? undefined : 1 - slot;
}

/** The values that a value is computed from, itself among them; sizes say nothing about that. */
function computed(graph: Graph, madeBy: ReadonlyMap<string, GraphNode>, value: string): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop()!;
    const node = madeBy.get(next);
    if (found.has(next) || graph.initializers.has(next)) continue;
    found.add(next);
    if (node && node.opType !== "Shape") pending.push(...node.inputs);
  }
  return found;
}

/** Whether there is a layer between: an activation may add to its own input, too. */
function isLayered(graph: Graph, branch: ReadonlySet<string>, skipped: ReadonlySet<string>): boolean {
  return graph.nodes.some(
    ({ opType, outputs }) => /^(Conv|Gemm|MatMul)$/.test(opType) && branch.has(outputs[0]!) && !skipped.has(outputs[0]!),
  );
}

/** Whether each item's part of a value is of fixed size, so that its masks can be drawn for each item. */
function isMaskable(graph: Graph, value: string): boolean {
  const [batch, ...dims] = typeOf(graph, value)?.shape ?? [];
  return batch === "batch" && dims.every((dim) => typeof dim === "number");
}

function ownName(used: Set<string>, name: string): string {
  let own = name;
  for (let i = 1; used.has(own); i++) own = `${name}.${i}`;
  used.add(own);
  return own;
}
