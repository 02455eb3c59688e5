import type { Dataset, Target } from "../../../src/core/dataset.js";
import { createRandom } from "../../../src/core/random.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { addDropout, linear } from "../../../src/models/architectures/layers.js";
import { GraphClassifier } from "../../../src/models/graph/graph-classifier.js";
import { huggingFaceInitialization, initialWeights } from "../../../src/models/graph/initial-weights.js";
import type { InputAdapter } from "../../../src/models/graph/input-adapter.js";

export type Point = readonly [number, number];

const adapter: InputAdapter<Point> = {
  length: () => 1,
  feeds: (points) => new Map([["x", { dtype: "float32", dims: [points.length, 2], data: Float32Array.from(points.flat()) }]]),
};

/** Two inputs, two hidden layers of 24 with dropout, two classes. */
export class Mlp extends GraphClassifier<Point> {
  constructor({ seed = 1, dropout = 0.1 } = {}) {
    const graph = createGraph("mlp");
    const b = graphBuilder(graph);
    const x = b.input("x", { dtype: "float32", shape: ["batch", 2] });
    const first = addDropout(b, b.relu(linear(b, x, "first", 2, 24)), { name: "drop1", rate: dropout });
    const second = addDropout(b, b.relu(linear(b, first, "second", 24, 24)), { name: "drop2", rate: dropout });
    b.output(linear(b, second, "last", 24, 2), "logits");
    const initialization = { seed, distribution: huggingFaceInitialization(0.5) };
    super({
      graph,
      weights: initialWeights(graph, initialization),
      adapter,
      architecture: "mlp",
      source: "config",
      labels: ["upper", "lower"],
      device: { threads: 1 },
      initialization,
      isFresh: () => true,
    });
  }

  override async save(): Promise<void> {
    throw new Error("This test model is not saved.");
  }

  weights(): number[] {
    return [...this.stateDict().values()].flatMap(({ data }) => [...data]);
  }
}

/** Two interleaved half circles with noise, of `n` points each in turn. */
export function twoMoons(n: number, { seed = 1, noise = 0.1, offset = 0 } = {}): Dataset<Point> & { readonly points: Point[] } {
  const random = createRandom(seed);
  const points = Array.from({ length: n }, (_, i): Point => {
    const angle = Math.PI * random.uniform();
    const [x, y] = i % 2 === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [x + noise * random.normal() - 0.5, y + noise * random.normal() - 0.25];
  });
  return { length: n, points, at: (position) => ({ index: offset + position, input: points[position]!, target: position % 2 }) };
}

/** The same items without their targets. */
export function unlabelled<Input>(dataset: Dataset<Input>): Dataset<Input> {
  return { length: dataset.length, at: (position) => ({ ...dataset.at(position), target: undefined as Target }) };
}
