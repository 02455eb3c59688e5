import { describe, expect, it } from "vitest";
import { features } from "../../../src/core/features.js";
import { mahalanobis, relativeMahalanobis } from "../../../src/heuristics/mahalanobis/mahalanobis.js";
import { sineFeatures } from "../sine-features.js";

const pool = sineFeatures([4, 4], { phase: 2.1 });
const labelled = {
  indices: Array.from({ length: 12 }, (_, i) => i),
  targets: Array.from({ length: 12 }, (_, i) => i % 3),
  features: sineFeatures([12, 4], { phase: 0.2, lift: 1.5 }),
};

const expectClose = (scores: Float64Array, expected: readonly number[]) => {
  expect(scores).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(scores[i]! / value - 1), `item ${i}: ${scores[i]}, expected ${value}`).toBeLessThan(1e-4);
  });
};

describe("mahalanobis", () => {
  // numpy in float64: class means, covariance of the residuals over n, Ledoit and Wolf's shrinkage, the inverse as such.
  it.each([
    [undefined, [7.2408014857938445, 13.94928116466102, 10.206632633998963, 9.097011086702544]],
    [0.3, [7.293848979216557, 14.549271719930422, 11.129633435304264, 8.709588043950419]],
    [1, [8.138607284555786, 11.85716430449645, 10.22856810136569, 9.017110781850887]],
  ])("gives numpy's numbers with the shrinkage %s", async (shrinkage, expected) => {
    const options = shrinkage === undefined ? {} : { shrinkage };
    expectClose(await mahalanobis(options).scoreFeatures(pool, { labelled }), expected);
  });

  it("gives numpy's numbers where there are fewer labelled items than features", async () => {
    const few = {
      indices: [0, 1, 2, 3, 4],
      targets: [0, 0, 1, 1, 1],
      features: sineFeatures([5, 8], { phase: 0.4, lift: 1.5 }),
    };
    const wide = sineFeatures([3, 8], { phase: 2.6 });
    expectClose(
      await mahalanobis().scoreFeatures(wide, { labelled: few }),
      [23.117708337428745, 23.408665591181602, 11.22792511090991],
    );
    expectClose(
      await relativeMahalanobis().scoreFeatures(wide, { labelled: few }),
      [10.042402837716459, 10.173910365678292, 3.752154960482862],
    );
  });

  it("is the squared Euclidean distance to the nearest item where there is one of each class", async () => {
    const each = {
      indices: [0, 1, 2],
      targets: [5, 0, 9],
      features: features([3, 2], Float32Array.of(0, 0, 10, 0, 0, 4)),
    };
    const points = features([3, 2], Float32Array.of(1, 2, 7, 1, 0, 4));
    const scores = await mahalanobis().scoreFeatures(points, { labelled: each });
    [5, 10, 0].forEach((expected, i) => {
      expect(scores[i]).toBeCloseTo(expected, 4);
    });
  });

  it("does not see a linear map of all features, without shrinkage", async () => {
    const map = (rows: typeof pool) => {
      const data = new Float32Array(rows.data.length);
      for (let at = 0; at < data.length; at += 4) {
        const [a = 0, b = 0, c = 0, d = 0] = rows.data.subarray(at, at + 4);
        data.set([4 * a + b, 2 * b - c, c + 7, d / 8 - a], at);
      }
      return features(rows.shape, data, rows.indices);
    };
    const plain = await mahalanobis({ shrinkage: 0 }).scoreFeatures(pool, { labelled });
    const mapped = await mahalanobis({ shrinkage: 0 }).scoreFeatures(map(pool), {
      labelled: { ...labelled, features: map(labelled.features) },
    });
    mapped.forEach((score, i) => {
      expect(Math.abs(score / plain[i]! - 1)).toBeLessThan(0.02); // a share of 1e-6 of the identity stays
    });
  });

  it("grows with the distance from all classes", async () => {
    const away = features(
      [5, 4],
      Float32Array.from({ length: 20 }, (_, at) => 3 * Math.floor(at / 4)),
    );
    const scores = [...(await mahalanobis().scoreFeatures(away, { labelled }))];
    expect(scores.slice(1)).toEqual(scores.slice(1).toSorted((a, b) => a - b));
    expect(scores[4]).toBeGreaterThan(10 * scores[1]!);
  });

  it("stops when it is told to, and refuses a shrinkage out of range and features beyond float32's squares", async () => {
    const stopped = mahalanobis({ signal: AbortSignal.abort() }).scoreFeatures(pool, { labelled });
    await expect(stopped).rejects.toMatchObject({ code: "E_ABORTED" });
    for (const shrinkage of [-0.1, 1.1, Number.NaN])
      expect(() => mahalanobis({ shrinkage })).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(`${shrinkage} came`) }),
      );
    const huge = features([1, 4], Float32Array.of(3e38, 0, 0, 0), [66]);
    await expect(mahalanobis().scoreFeatures(huge, { labelled })).rejects.toMatchObject({
      code: "E_NOT_FINITE",
      message: expect.stringContaining("item 66"),
    });
  });
});

describe("relativeMahalanobis", () => {
  it.each([
    [undefined, [3.5471411510600697, 8.657633746745894, 4.047554533227036, 5.605149461371932]],
    [0.3, [2.378475664156122, 6.284690557069663, 5.207860479279876, 3.0721157910828207]],
    [1, [4.444946949822011, 6.565516886581325, 4.069490000593763, 5.525249156520275]],
  ])("gives numpy's numbers with the shrinkage %s", async (shrinkage, expected) => {
    const options = shrinkage === undefined ? {} : { shrinkage };
    expectClose(await relativeMahalanobis(options).scoreFeatures(pool, { labelled }), expected);
  });

  it("is 0 where there is one class only", async () => {
    const one = { ...labelled, targets: labelled.targets.map(() => 4) };
    expect(await relativeMahalanobis().scoreFeatures(pool, { labelled: one })).toEqual(new Float64Array(4));
  });

  it("is negative for an item like those of a class", async () => {
    const [score = 0] = await relativeMahalanobis({ shrinkage: 0.1 }).scoreFeatures(
      features([1, 4], labelled.features.data.slice(0, 4)),
      { labelled },
    );
    expect(score).toBeLessThan(0);
  });
});
