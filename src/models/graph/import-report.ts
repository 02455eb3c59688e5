import { type DropoutSite, dropoutSites } from "../../bayesian/dropout-sites.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { Graph } from "../../engine/onnx/graph.js";

/** A tensor of a model by name. */
export interface ReportedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What each tensor of a model's files became, and which dropout sites it has: nothing is left out in silence. */
export interface ImportReport {
  /** Learned: a gradient goes to them. */
  readonly parameters: readonly ReportedTensor[];
  /** Running statistics of normalizations: they follow the data while training, are saved and restored, and have no gradient. */
  readonly statistics: readonly ReportedTensor[];
  /** Arrays of floats that stay as they are: buffers of the module, and what an exporter computed in advance. */
  readonly constants: readonly ReportedTensor[];
  /** Parameters of the exported module, or tensors of the checkpoint, that the model does not read. */
  readonly unused: readonly string[];
  /** Parameters that were drawn at random because the files lack them, or have them for other labels. */
  readonly fresh: readonly string[];
  readonly dropoutSites: readonly DropoutSite[];
  /** Sites of the source module that this model could not be given: its draws are narrower than the source's. */
  readonly unplacedDropout: readonly string[];
}

/** What a loader knows and the graph does not. */
export interface LoadedParts {
  readonly unused?: readonly string[] | undefined;
  readonly unplacedDropout?: readonly string[] | undefined;
  readonly isFresh: (name: string) => boolean;
}

/** The report of a forward graph and its table of weights. */
export function importReport(graph: Graph, weights: StateDict, loaded: LoadedParts): ImportReport {
  const moving = new Set(
    graph.nodes.flatMap(({ opType, inputs }) => (opType === "BatchNormalization" ? inputs.slice(3, 5) : [])),
  );
  const tensors = [...weights].map(([name, { dims }]): ReportedTensor => ({ name, shape: dims }));
  const constants = [...graph.initializers].filter(
    ([, { dtype, data }]) => (dtype.startsWith("float") || dtype === "bfloat16") && data.length > 1,
  );
  const unread = [...(graph.module?.parameters ?? [])].filter((name) => !graph.parameters.has(name));
  return {
    parameters: tensors.filter(({ name }) => !moving.has(name)),
    statistics: tensors.filter(({ name }) => moving.has(name)),
    constants: constants.map(([name, { dims }]) => ({ name, shape: dims })),
    unused: [...new Set([...unread, ...(loaded.unused ?? [])])],
    fresh: tensors.map(({ name }) => name).filter(loaded.isFresh),
    dropoutSites: dropoutSites(graph),
    unplacedDropout: loaded.unplacedDropout ?? [],
  };
}
