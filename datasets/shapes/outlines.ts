/** Whether a point is inside a shape that lies around the origin, within the unit circle. */
export type Outline = (x: number, y: number) => boolean;

/** The shapes, upright. */
export const outlines = {
  circle: (x: number, y: number) => Math.hypot(x, y) < 0.9,
  cross: (x: number, y: number) => Math.min(Math.abs(x), Math.abs(y)) < 0.28 && Math.max(Math.abs(x), Math.abs(y)) < 0.95,
  heart: (x: number, y: number) => (1.3 * x) ** 2 + (0.25 - 1.6 * y - Math.sqrt(1.3 * Math.abs(x))) ** 2 < 1,
  moon: (x: number, y: number) => Math.hypot(x, y) < 0.95 && Math.hypot(x - 0.5, y) > 0.75,
  ring: (x: number, y: number) => Math.hypot(x, y) < 0.95 && Math.hypot(x, y) > 0.55,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) < 0.7,
  star: (x: number, y: number) => isInStar(x, y, { points: 5, inner: 0.42 }),
  triangle: (x: number, y: number) => isInStar(x, y, { points: 3, inner: 0.5 }),
} as const satisfies Readonly<Record<string, Outline>>;

export type ShapeName = keyof typeof outlines;

export const shapeNames = Object.keys(outlines) as ShapeName[];

/** Tips on the unit circle, the corners between them `inner` from the origin. Three tips and 0.5 make a triangle. */
function isInStar(x: number, y: number, { points, inner }: { readonly points: number; readonly inner: number }): boolean {
  const half = Math.PI / points;
  // All halves of all tips are alike: the point's angle is folded into the half between 0 (a tip) and `half` (a corner).
  const turned = Math.abs(Math.atan2(x, -y)) % (2 * half);
  const angle = Math.min(turned, 2 * half - turned);
  const radius = Math.hypot(x, y);
  const corner = { x: inner * Math.cos(half), y: inner * Math.sin(half) };
  return (radius * Math.cos(angle) - 1) * corner.y - radius * Math.sin(angle) * (corner.x - 1) < 0;
}
