import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { principalComponents } from "../../src/neighbours/principal-components.js";

const random = createRandom(5);
const [rows, width] = [400, 5];
const scales = [4, 2, 1, 0.5, 0.1];
const data = new Float32Array(rows * width);
for (let n = 0; n < rows; n++) for (let d = 0; d < width; d++) data[n * width + d] = 3 + scales[d]! * random.normal();

it("directions are eigenvectors of the covariance, coordinates what is along them", async () => {
  const { directions, variances, coordinates } = await principalComponents(
    { shape: [rows, width], data, indices: Array.from({ length: rows }, (_, n) => n) },
    { count: 2 },
  );
  const mean = Array.from(
    { length: width },
    (_, d) => Array.from({ length: rows }, (__, n) => data[n * width + d]!).reduce((a, b) => a + b) / rows,
  );
  const covariance = (i: number, j: number) =>
    Array.from({ length: rows }, (_, n) => (data[n * width + i]! - mean[i]!) * (data[n * width + j]! - mean[j]!)).reduce(
      (a, b) => a + b,
    ) / rows;
  for (const c of [0, 1]) {
    for (let i = 0; i < width; i++) {
      let product = 0;
      for (let j = 0; j < width; j++) product += covariance(i, j) * directions[c * width + j]!;
      expect(product).toBeCloseTo(variances[c]! * directions[c * width + i]!, 2);
    }
    const along = Array.from({ length: rows }, (_, n) => coordinates[n * 2 + c]!);
    expect(along.reduce((a, b) => a + b) / rows).toBeCloseTo(0, 3);
    expect(along.reduce((a, b) => a + b * b, 0) / rows).toBeCloseTo(variances[c]!, 1);
  }
  expect(variances[0]!).toBeGreaterThan(variances[1]!);
});
