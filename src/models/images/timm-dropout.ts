import { timmName } from "../architectures/timm.js";
import type { ModelConfig } from "../checkpoint/model-kind.js";
import { constant, depth, growing, growingTowards, numbersOf, type SourceDropout } from "./source-dropout.js";

/** timm's networks that count their blocks' rates towards the last one. */
const COUNTED_BLOCKS =
  /^(tf_|gc_)?(efficientnet|mobilenet|mnasnet|semnasnet|fbnet|mixnet|lcnet|tinynet|hardcorenas|spnasnet|cs3)/;
/** timm's networks whose rates are not 0 when nothing is said. */
const TIMM_DEPTH: readonly (readonly [RegExp, number])[] = [[/^(swin|swinv2|focalnet)_/, 0.1]];
const TIMM_HEAD: readonly (readonly [RegExp, number])[] = [[/^(ghostnet|repghostnet|rexnet|legacy_se)/, 0.2]];

/** The dropout of timm's network with this config.json: that of its `model_args`, which is none where they say nothing, for most. */
export function timmDropout(json: ModelConfig): SourceDropout {
  const name = timmName(json)!;
  const number = numbersOf((json["model_args"] ?? {}) as Readonly<Record<string, unknown>>);
  const usual = (table: typeof TIMM_DEPTH) => table.find(([pattern]) => pattern.test(name))?.[1] ?? 0;
  const last = number("drop_path_rate", usual(TIMM_DEPTH));
  const projection = constant(number("proj_drop_rate", 0));
  return {
    block: /((?:^|.*\.)(?:(?:stages|layers)\.\d+\.blocks\.\d+|blocks\.\d+(?:\.\d+)?|layer\d\.\d+))(?:\.|$)/,
    sites: [
      {
        at: "before",
        layer: /(^|\.)blocks\.0\.norm1$/,
        name: "pos_drop",
        isOptional: true,
        rate: constant(number("pos_drop_rate", 0)),
      },
      { at: "softmax", name: "attn.attn_drop", rate: constant(number("attn_drop_rate", 0)) },
      { at: "behind", layer: /\.attn\.proj$/, name: "attn.proj_drop", rate: projection },
      { at: "before", layer: /\.mlp\.fc2$/, name: "mlp.drop1", rate: projection },
      { at: "behind", layer: /\.mlp\.fc2$/, name: "mlp.drop2", rate: projection },
      depth("drop_path", COUNTED_BLOCKS.test(name) ? growingTowards(last) : growing(last)),
    ],
    head: { name: "head_drop", rate: number("drop_rate", usual(TIMM_HEAD)) },
  };
}
