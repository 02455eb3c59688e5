import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMap } from "../../../src/studio/page/map/map-data.js";
import { fitView, toPlane, toScreen, zoomAt } from "../../../src/studio/page/map/map-view.js";
import { indexPoints } from "../../../src/studio/page/map/point-index.js";
import { answerSome, INTENTS, mapBytes, messages } from "./fake-model-work.js";
import { FakeStudio } from "./fake-studio.js";

const place = fc.float({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true });
const points = fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 300 });

/** By the winding of the line: how often it goes around the place, of which the odd numbers are inside. Not as the page does it. */
function isInside(line: readonly number[], x: number, y: number): boolean {
  let turns = 0;
  for (let i = 0; i < line.length; i += 2) {
    const [x0, y0] = [line[i]!, line[i + 1]!];
    const [x1, y1] = [line[(i + 2) % line.length]!, line[(i + 3) % line.length]!];
    const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
    if (y0 <= y && y1 > y && side > 0) turns++;
    if (y0 > y && y1 <= y && side < 0) turns--;
  }
  return turns % 2 !== 0;
}

/** How far from a line; on it, rounding decides. */
function edgeDistance(line: readonly number[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < line.length; i += 2) {
    const [x0, y0] = [line[i]!, line[i + 1]!];
    const [dx, dy] = [line[(i + 2) % line.length]! - x0, line[(i + 3) % line.length]! - y0];
    const share = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - x0 - share * dx, y - y0 - share * dy));
  }
  return least;
}

describe("points of the map", () => {
  it("within a line are those that a look at each one finds", () => {
    fc.assert(
      fc.property(points, fc.array(place, { minLength: 6, maxLength: 60 }), (all, corners) => {
        const line = corners.slice(0, corners.length - (corners.length % 2));
        const [x, y] = [Float32Array.from(all, (point) => point[0]), Float32Array.from(all, (point) => point[1])];
        const found = new Set(indexPoints(x, y).within(line));
        for (let i = 0; i < x.length; i++)
          if (edgeDistance(line, x[i]!, y[i]!) > 1e-9) expect(found.has(i)).toBe(isInside(line, x[i]!, y[i]!));
      }),
    );
  });

  it("nearest to a place is the one that a look at each one finds", () => {
    fc.assert(
      fc.property(points, place, place, fc.double({ min: 0.001, max: 1, noNaN: true }), (all, atX, atY, within) => {
        const [x, y] = [Float32Array.from(all, (point) => point[0]), Float32Array.from(all, (point) => point[1])];
        const distance = (i: number) => (x[i]! - atX) ** 2 + (y[i]! - atY) ** 2;
        const best = Math.min(...all.map((_, i) => distance(i)));
        const found = indexPoints(x, y).nearest(atX, atY, within);
        if (best <= within * within) expect(distance(found)).toBe(best);
        else expect(found).toBe(-1);
      }),
    );
  });

  it("are where they were after a way to the screen and back, and stay under the pointer that zooms", () => {
    const size = { width: 900, height: 500 };
    fc.assert(
      fc.property(points, place, place, fc.double({ min: 0.3, max: 4, noNaN: true }), (all, x, y, factor) => {
        const [xs, ys] = [Float32Array.from(all, (point) => point[0]), Float32Array.from(all, (point) => point[1])];
        const whole = fitView(xs, ys, size);
        for (let i = 0; i < xs.length; i++) {
          const [atX, atY] = toScreen(whole, size, xs[i]!, ys[i]!);
          expect(atX).toBeGreaterThanOrEqual(0);
          expect(atX).toBeLessThanOrEqual(size.width);
          expect(atY).toBeGreaterThanOrEqual(0);
          expect(atY).toBeLessThanOrEqual(size.height);
        }
        const pixel = toScreen(whole, size, x, y);
        const near = zoomAt(whole, size, ...pixel, factor, whole);
        const [backX, backY] = toPlane(near, size, ...pixel);
        expect(backX).toBeCloseTo(x, 5);
        expect(backY).toBeCloseTo(y, 5);
      }),
    );
  });
});

describe("the bytes of a map", () => {
  const fake = new FakeStudio({ labels: INTENTS, items: messages(101) });
  answerSome(fake, 4);
  const bytes = mapBytes(fake);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

  it("are read column by column", () => {
    const map = decodeMap(buffer);
    expect(map.header).toEqual({ method: "pca", seq: 1, version: "v3", users: ["Ada", "Grace"] });
    expect([...map.ids]).toEqual([...fake.items.keys()]);
    expect(map.x.every((value) => Math.abs(value) <= 1) && map.y.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect([...map.resolved].filter((label) => label >= 0)).toHaveLength(25);
    expect([...map.state.slice(0, 10)]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 4]);
    expect([...map.user.slice(0, 12)]).toEqual([-1, -1, -1, 1, -1, -1, -1, -2, -1, -1, -1, 0]);
    expect([...map.uncertainty].map(Number.isNaN).filter(Boolean)).toHaveLength(2);
  });

  it("are refused where some are missing", () => {
    for (const end of [0, 7, 60, buffer.byteLength - 1])
      expect(() => decodeMap(buffer.slice(0, end))).toThrow(expect.objectContaining({ code: "E_SHAPE" }) as Error);
  });
});
