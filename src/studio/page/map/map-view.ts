import { range } from "./point-index.js";

/** What part of the plane is seen: the middle, and pixels per unit. y points up, as in a chart. */
export interface MapView {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 28;

/** The view in which all points are seen. */
export function fitView(x: Float32Array, y: Float32Array, { width, height }: Size): MapView {
  const [left, right] = range(x);
  const [bottom, top] = range(y);
  const across = Math.max(1, width - 2 * MARGIN) / Math.max(1e-6, right - left);
  const up = Math.max(1, height - 2 * MARGIN) / Math.max(1e-6, top - bottom);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Math.min(across, up, 1e5) };
}

/** Where a place of the plane is on the screen, in pixels from the map's left upper corner. */
export function toScreen({ x, y, scale }: MapView, { width, height }: Size, atX: number, atY: number): readonly [number, number] {
  return [width / 2 + (atX - x) * scale, height / 2 - (atY - y) * scale];
}

/** The place of the plane that a pixel shows. */
export function toPlane({ x, y, scale }: MapView, { width, height }: Size, atX: number, atY: number): readonly [number, number] {
  return [x + (atX - width / 2) / scale, y - (atY - height / 2) / scale];
}

/** Nearer by `factor` (farther below 1), so that what is under a pixel stays under it; at most `1 / 4` to 200 times the view of all. */
export function zoomAt(view: MapView, size: Size, atX: number, atY: number, factor: number, whole: MapView): MapView {
  const scale = Math.min(200 * whole.scale, Math.max(whole.scale / 4, view.scale * factor));
  const [x, y] = toPlane(view, size, atX, atY);
  return { x: x - (atX - size.width / 2) / scale, y: y + (atY - size.height / 2) / scale, scale };
}

/** Diameter of a point in pixels: smaller where there are many, larger as one comes nearer. */
export function pointSize(count: number, view: MapView, whole: MapView): number {
  const base = Math.min(11, Math.max(3.5, 16 - 2.6 * Math.log10(Math.max(1, count))));
  return Math.min(22, Math.max(2.5, base * (view.scale / whole.scale) ** 0.35));
}
