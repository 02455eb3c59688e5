import type { Graph } from "../graph.js";
import { inferTypes } from "../infer.js";
import { widenGraph } from "../widen.js";
import { fuseAttentionScores } from "./attention.js";
import { decomposeFused } from "./decompose.js";
import { foldConstants } from "./fold.js";
import { fuseGelu } from "./gelu.js";
import { fuseLayerNormalization } from "./layer-normalization.js";
import { fuseLinear } from "./linear.js";
import { shareCommon } from "./share.js";
import { simplify } from "./simplify.js";

/** In this order: what one rewrite leaves is what the next one looks for. */
const REWRITES: readonly ((graph: Graph) => void)[] = [
  decomposeFused,
  simplify,
  foldConstants,
  shareCommon,
  fuseLayerNormalization,
  fuseGelu,
  fuseLinear,
  fuseAttentionScores,
  simplify,
  foldConstants,
  shareCommon,
  simplify,
];

/**
 * Rewrites an imported graph, in place, to the fused operators that the library's own models are built from, so that it
 * trains as fast as they do; outputs agree to rounding. Half precision becomes float32. `Dropout` nodes stay as the marks of
 * dropout sites and pass their input on. Works on weights that are initializers and on parameters alike.
 */
export function optimizeImport(graph: Graph): void {
  widenGraph(graph);
  inferTypes(graph);
  for (const rewrite of REWRITES) rewrite(graph);
}
