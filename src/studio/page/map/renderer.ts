import { drawOnCanvas } from "./canvas-points.js";
import type { PointRenderer } from "./points.js";
import { drawWithWebGl } from "./webgl-points.js";

/** A renderer for the canvas: WebGL 2, or Canvas 2D where the browser has none. */
export function pointRenderer(canvas: HTMLCanvasElement): PointRenderer {
  return drawWithWebGl(canvas) ?? drawOnCanvas(canvas);
}
