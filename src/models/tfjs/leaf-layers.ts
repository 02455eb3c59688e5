import type { TfLayer, TfLayersModel } from "./tf-types.js";

/** A layer that is no model itself. */
export interface LeafLayer {
  /** Names of the models it lies in (without the outermost) and its own, joined by dots. */
  readonly path: string;
  readonly layer: TfLayer;
}

export function isModel(layer: TfLayer): layer is TfLayersModel {
  return "layers" in layer && "outputs" in layer;
}

/** The layers of a model and of the models in it, each once, in order. */
export function leafLayers(model: TfLayersModel): LeafLayer[] {
  const found = new Map<TfLayer, string>();
  const visit = (container: TfLayersModel, prefix: string) => {
    for (const layer of container.layers) {
      const path = `${prefix}${layer.name}`;
      if (isModel(layer)) visit(layer, `${path}.`);
      else if (!found.has(layer)) found.set(layer, path);
    }
  };
  visit(model, "");
  return [...found].map(([layer, path]) => ({ path, layer }));
}
