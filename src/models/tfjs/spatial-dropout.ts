/** Layers of Keras that TensorFlow.js does not have, and how many axes their inputs have. */
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ["SpatialDropout2D", 4],
  ["SpatialDropout3D", 5],
]);

/**
 * A model's topology in which the spatial dropout layers that TensorFlow.js lacks are `Dropout` layers with a noise shape, which is the
 * same: whole channels are dropped (Tompson et al. 2015, arXiv:1411.4280).
 */
export function withoutSpatialDropout(topology: unknown): unknown {
  if (Array.isArray(topology)) return topology.map(withoutSpatialDropout);
  if (typeof topology !== "object" || topology === null) return topology;
  const copy = Object.fromEntries(Object.entries(topology).map(([key, value]) => [key, withoutSpatialDropout(value)]));
  const rank = RANKS.get(copy["class_name"]);
  if (rank === undefined || typeof copy["config"] !== "object" || copy["config"] === null) return copy;
  const { data_format: format, ...config } = copy["config"] as { readonly data_format?: unknown };
  const channel = format === "channels_first" ? 1 : rank - 1;
  // null: as many as the input has.
  const noiseShape = Array.from({ length: rank }, (_, axis) => (axis === 0 || axis === channel ? null : 1));
  return { ...copy, class_name: "Dropout", config: { ...config, noise_shape: noiseShape } };
}
