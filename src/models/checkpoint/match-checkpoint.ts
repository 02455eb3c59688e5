import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { type InitialWeightsOptions, initialTensor } from "../graph/initial-weights.js";
import { unusedTensors } from "./loading-report.js";

export interface MatchOptions {
  /** Where the checkpoint came from, for messages. */
  readonly source: string;
  /** Name of the base model in full checkpoints ("distilbert"); base-only checkpoints leave it out. */
  readonly prefix: string;
  /** Parameters that may be missing (or of another size) and are then drawn anew: the head. */
  readonly mayBeFresh: (name: string) => boolean;
  /** Parameters to draw anew even if the checkpoint has them: the last layer, when the labels are others. */
  readonly mustBeFresh: (name: string) => boolean;
  readonly initialization: InitialWeightsOptions;
}

/** A graph's parameters, those of them that were drawn at random, and the names of the checkpoint that no parameter has. */
export interface MatchedCheckpoint {
  readonly weights: StateDict;
  readonly fresh: ReadonlySet<string>;
  readonly unused: readonly string[];
}

/**
 * Picks the graph's parameters out of a checkpoint, under the names that Hugging Face has used over the years:
 * with or without the base model's prefix, `LayerNorm.gamma/beta` for `weight/bias`. What the checkpoint has besides is left, and told.
 * Throws `E_MODEL_FORMAT` for a missing parameter or one of another shape.
 */
export function matchCheckpoint(graph: Graph, checkpoint: StateDict, options: MatchOptions): MatchedCheckpoint {
  const weights: StateDict = new Map();
  const used = new Set<string>();
  const fresh = new Set<string>();
  const missing: string[] = [];
  for (const [name, type] of graph.parameters) {
    const dims = type.shape as readonly number[];
    const spelling = spellings(name, options.prefix).find((candidate) => checkpoint.has(candidate));
    const found = spelling === undefined ? undefined : checkpoint.get(spelling);
    if (spelling !== undefined) used.add(spelling);
    const fits = found && String(found.dims) === String(dims);
    if (found && fits && !options.mustBeFresh(name)) {
      weights.set(name, found);
    } else if (options.mustBeFresh(name) || (!found && options.mayBeFresh(name))) {
      fresh.add(name);
      weights.set(name, { dims, data: initialTensor(name, dims, options.initialization) });
    } else if (found) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${options.source}: ${name} has the shape [${found.dims}] where config.json asks for [${dims}].`,
      );
    } else {
      missing.push(name);
    }
  }
  if (missing.length > 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${options.source} lacks ${missing.length} of ${graph.parameters.size} weights, ${missing.slice(0, 3).join(", ")} among them. Is it a checkpoint of this architecture?`,
    );
  }
  return { weights, fresh, unused: unusedTensors(checkpoint.keys(), used) };
}

function spellings(name: string, prefix: string): string[] {
  const old = name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta");
  return [name, old].flatMap((spelling) => [
    spelling,
    spelling.startsWith(`${prefix}.`) ? spelling.slice(prefix.length + 1) : spelling,
  ]);
}

/** Draws the parameters that the table lacks, drops those that the graph does not have, and gives the names of the drawn ones. */
export function completeWeights(graph: Graph, weights: StateDict, initialization: InitialWeightsOptions): ReadonlySet<string> {
  const fresh = new Set<string>();
  for (const [name, type] of graph.parameters) {
    if (weights.has(name)) continue;
    const dims = type.shape as readonly number[];
    weights.set(name, { dims, data: initialTensor(name, dims, initialization) });
    fresh.add(name);
  }
  for (const name of weights.keys()) if (!graph.parameters.has(name)) weights.delete(name);
  return fresh;
}
