import type { Task } from "../../../core/task.js";
import { chooseMaps, featureMaps, HEAD_PREFIX, type HeadPlace, lastMap, placeWidth } from "../../../models/head/attach-head.js";
import type { HeadOptions } from "../../../models/head/head-classifier.js";
import { headConfig } from "../../../models/head/head-config.js";
import type { ImageClassifier } from "../../../models/images/image-classifier.js";
import { openImageEncoder } from "../image-encoder.js";
import type { TrainRequest } from "./job-calls.js";

/** An image network, and where a head stands on its maps. */
export interface PlacedHead {
  readonly width: number;
  /** Of the map that a convnet reads. */
  readonly shape: readonly [number, number, number] | undefined;
  /** What the head reads, in words. */
  readonly describe: string;
  withHead(head: HeadOptions, labels: readonly string[], task: Task): ImageClassifier;
}

type PlacedRequest = Pick<TrainRequest, "encoder" | "model" | "seed">;

export async function openPlacedHead(request: PlacedRequest, options: { readonly isRequired: true }): Promise<PlacedHead>;
export async function openPlacedHead(request: PlacedRequest): Promise<PlacedHead | undefined>;
/** Opens the encoder and finds the head's place; `undefined` for a network without maps. Throws `E_ARGUMENT`, `E_MODEL_FORMAT`. */
export async function openPlacedHead(
  { encoder, model, seed }: PlacedRequest,
  { isRequired = false }: { readonly isRequired?: boolean } = {},
): Promise<PlacedHead | undefined> {
  const network = await openImageEncoder({ kind: "image", model: encoder, onDownload: () => {} });
  if (!isRequired && featureMaps(network.graph).length === 0) return undefined;
  const { head, pooling } = model;
  const place: HeadPlace =
    head.type === "multiscale"
      ? { maps: chooseMaps(network.graph, head.layers), pooling: "average" }
      : { maps: [lastMap(network.graph)], pooling: head.type === "convnet" ? "flatten" : pooling };
  const [first] = place.maps;
  const shapes = place.maps.map(({ shape }) => shape.join(" x ")).join(", ");
  return {
    width: placeWidth(place),
    shape: head.type === "convnet" ? first!.shape : undefined,
    describe: `${placeWidth(place)} numbers of ${place.maps.length === 1 ? "the map" : `${place.maps.length} maps`} of ${shapes}`,
    withHead: (own, labels, task) => network.withHead({ place, head: headConfig(own), labels, task, seed }),
  };
}

/** Whether a parameter belongs to the head that was attached. */
export function ofHead(name: string): boolean {
  return name.startsWith(HEAD_PREFIX);
}
