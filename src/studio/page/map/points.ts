import type { MapView } from "./map-view.js";

/** How points look: four bytes of colour each, and a shape by {@link MAP_STATES}. `order` is the order of drawing: what comes last lies above. */
export interface PointLooks {
  readonly colours: Uint8Array;
  readonly shapes: Uint8Array;
  readonly order: Uint32Array;
}

/** Draws points into a canvas of its own kind. */
export interface PointRenderer {
  readonly kind: "webgl2" | "canvas";
  setPoints(x: Float32Array, y: Float32Array): void;
  setLooks(looks: PointLooks): void;
  /** `size` in CSS pixels, `ratio` device pixels for each of these. */
  draw(view: MapView, size: number, ratio: number): void;
  dispose(): void;
}
