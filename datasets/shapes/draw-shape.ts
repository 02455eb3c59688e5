import type { Random } from "../../src/core/random.js";
import type { Outline } from "./outlines.js";

/** Height and width of an image, in pixels. */
export const imageSize = 28;

/** Grey levels of an image, black and white included. Few, so that noise packs well. */
const levels = 8;

/** Points of a pixel that are looked at, in each direction. */
const samples = 3;

/** Grey pixels `[28, 28]` of a shape somewhere, in some size, turn and contrast, partly covered now and then, behind noise. */
export function drawShape(outline: Outline, random: Random): Uint8Array {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const radius = between(7, 11);
  const offset = Math.min(4, imageSize / 2 - radius);
  const centre = { x: imageSize / 2 + between(-offset, offset), y: imageSize / 2 + between(-offset, offset) };
  const angle = between(-0.5, 0.5);
  const ground = between(0.05, 0.4);
  const ink = ground + between(0.35, 0.6);
  const slope = { x: between(-0.2, 0.2) / imageSize, y: between(-0.2, 0.2) / imageSize };
  const bar = random.uniform() < 0.3 ? { ...barAcross(centre, radius, random), grey: random.uniform() } : undefined;
  const noise = between(0.01, 0.04);

  const turn = { cos: Math.cos(angle) / radius, sin: Math.sin(angle) / radius };
  const inked = coverage((x, y) => {
    const [dx, dy] = [x - centre.x, y - centre.y];
    if (dx * dx + dy * dy > radius * radius) return false;
    return outline(dx * turn.cos + dy * turn.sin, dy * turn.cos - dx * turn.sin);
  });
  const covered = bar && coverage(bar.covers);
  return Uint8Array.from(inked, (share, i) => {
    const light = slope.x * ((i % imageSize) - imageSize / 2) + slope.y * (Math.floor(i / imageSize) - imageSize / 2);
    const drawn = ground + light + share * (ink - ground);
    const seen = drawn + (covered && bar ? covered[i]! * (bar.grey - drawn) : 0) + noise * random.normal();
    const level = Math.round((levels - 1) * Math.min(1, Math.max(0, seen)));
    return Math.round((255 * level) / (levels - 1));
  });
}

/** A straight bar that hides a part of the shape, but never its middle. */
function barAcross(centre: { readonly x: number; readonly y: number }, radius: number, random: Random) {
  const angle = 2 * Math.PI * random.uniform();
  const distance = radius * (0.45 + 0.4 * random.uniform());
  const half = 0.75 + random.uniform();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { covers: (x: number, y: number) => Math.abs((x - centre.x) * cos + (y - centre.y) * sin - distance) < half };
}

/** Share of each pixel's area where `holds`. */
function coverage(holds: (x: number, y: number) => boolean): Float64Array {
  return Float64Array.from({ length: imageSize * imageSize }, (_, i) => {
    let count = 0;
    for (let sample = 0; sample < samples * samples; sample++) {
      const x = (i % imageSize) + ((sample % samples) + 0.5) / samples;
      const y = Math.floor(i / imageSize) + (Math.floor(sample / samples) + 0.5) / samples;
      if (holds(x, y)) count++;
    }
    return count / samples ** 2;
  });
}
