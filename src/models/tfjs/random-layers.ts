import type { ModelPatch } from "../../bayesian/model-patch.js";
import { isModel, leafLayers } from "./leaf-layers.js";
import type { TfLayer } from "./tf-types.js";
import type { TfjsParts } from "./tfjs-parts.js";

/** Whether a layer, or one in it, gives something else in each draw under this patch. */
export function randomLayers(
  { noise, weights }: Pick<TfjsParts<never>, "noise" | "weights">,
  patch: ModelPatch | undefined,
): (layer: TfLayer) => boolean {
  const isLeafRandom = randomLeaves(noise, weights, patch);
  return (layer) => (isModel(layer) ? leafLayers(layer).some((leaf) => isLeafRandom(leaf.layer)) : isLeafRandom(layer));
}

function randomLeaves(
  noise: TfjsParts<never>["noise"],
  weights: TfjsParts<never>["weights"],
  patch: ModelPatch | undefined,
): (layer: TfLayer) => boolean {
  if (!patch) return () => false;
  if (patch.kind === "dropout") {
    const active = new Set(noise.filter(({ site }) => patch.rates.has(site.name)).map(({ layer }) => layer));
    return (layer) => active.has(layer);
  }
  const varying = new Set(patch.varying.map((name) => weights.variable(name)));
  return (layer) => layer.weights.some((variable) => varying.has(variable));
}
