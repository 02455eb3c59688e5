import { expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.js";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { type Attribute, cloneGraph, createGraph, removeDeadNodes } from "../../../src/engine/onnx/graph.js";
import { boolTensor, floatTensor, int64Tensor, type Shape, sizeOf, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

/** A float input is random and differentiated, anything else is given and constant. `null`: an omitted optional input. */
export type InputSpec =
  | {
      readonly dims: readonly number[];
      /** Uniform in this range; [-1.5, 1.5] by default. */
      readonly range?: readonly [number, number];
      /** All elements at least 0.08 apart from each other, from those of other inputs and from 0: for functions with kinks. */
      readonly spread?: true;
      /** Not differentiated. */
      readonly frozen?: true;
      /** Declared with these sizes among symbolic shapes, too: a weight. */
      readonly sized?: true;
    }
  | { readonly constant: Tensor }
  /** An integer tensor that is fed, so that its values are unknown while the graph is built. */
  | { readonly fed: Tensor }
  | null;

/** One row of a table: an operator, its inputs, and optionally what it should compute. */
export interface GradientCase {
  readonly name: string;
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly InputSpec[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: number;
  /** Which outputs go into the loss; all by default. */
  readonly used?: readonly number[];
  /** The known value of the first output, from the elements of the inputs. */
  readonly forward?: (...inputs: number[][]) => number[];
  /** Whether shapes are declared as numbers, as names that all differ, or both in turn (by default). */
  readonly shapes?: "static" | "symbolic";
}

export const ints = (...values: number[]): InputSpec => ({ constant: int64Tensor(values) });
export const fedInts = (...values: number[]): InputSpec => ({ fed: int64Tensor(values) });
export const scalar = (value: number): InputSpec => ({ constant: floatTensor([value], []) });
export const bools = (values: readonly boolean[], dims?: readonly number[]): InputSpec => ({
  constant: boolTensor(values, dims),
});
export const floats = (...dims: number[]): InputSpec => ({ dims });
export const weight = (...dims: number[]): InputSpec => ({ dims, sized: true });
export const spread = (...dims: number[]): InputSpec => ({ dims, spread: true });
export const positive = (...dims: number[]): InputSpec => ({ dims, range: [0.4, 2] });

const SEEDS = [1, 2];
const STEP = 0.03;
const TOLERANCE = 2e-4;

/** One test per row: forward against the known value, backward against central differences, over several seeds. */
export function checkGradients(rows: readonly GradientCase[]): void {
  for (const row of rows) {
    for (const shapes of row.shapes ? [row.shapes] : (["static", "symbolic"] as const)) {
      it(`${row.op}: ${row.name} (${shapes} shapes)`, () => checkGradient(row, shapes));
    }
  }
}

async function checkGradient(row: GradientCase, shapes: "static" | "symbolic"): Promise<void> {
  const { forward, backward, inputs, outputs, gradients, projections } = buildGraphs(row, shapes);
  const forwardSession = await createSession(forward, { threads: 1 });
  const backwardSession = await createSession(backward, { threads: 1 });
  for (const seed of SEEDS) {
    const random = createRandom(seed);
    const feeds = new Map<string, Feed>();
    for (const { name, spec, index } of inputs)
      feeds.set(name, "fed" in spec ? (spec.fed as Feed) : randomFeed(spec, index, random));
    const values = await forwardSession.run(feeds);
    if (row.forward) {
      const expected = row.forward(...inputs.map(({ name }) => Array.from(feeds.get(name)!.data as Float32Array)));
      expectClose([...(values.get(outputs[0]!)!.data as Float32Array)], expected, `forward of ${row.op}`);
    }
    const weights = new Map(outputs.map((name) => [name, randomFeed({ dims: values.get(name)!.dims }, 0, random)]));
    const loss = async () => weightedSum(await forwardSession.run(feeds), weights);
    const fed = new Map(feeds);
    for (const [output, projection] of projections) fed.set(projection, weights.get(output)!);
    const found = await backwardSession.run(fed);
    for (const [input, gradient] of gradients) {
      const { data, dims } = feeds.get(input)!;
      expect(found.get(gradient)!.dims, `shape of the gradient of ${input}`).toEqual(dims);
      const numeric = await centralDifferences(data as Float32Array, loss);
      expectClose([...(found.get(gradient)!.data as Float32Array)], numeric, `gradient of ${input}`);
    }
  }
}

function buildGraphs(row: GradientCase, shapes: "static" | "symbolic") {
  const forward = createGraph(row.name);
  const builder = graphBuilder(forward);
  const inputs: { name: string; spec: Exclude<InputSpec, null | { constant: Tensor }>; index: number }[] = [];
  const names = row.inputs.map((spec, index) => {
    if (spec === null) return "";
    if ("constant" in spec) return builder.constant(spec.constant);
    const name = `x${index}`;
    inputs.push({ name, spec, index });
    const [dtype, dims] = "fed" in spec ? [spec.fed.dtype, spec.fed.dims] : (["float32", spec.dims] as const);
    const shape: Shape = shapes === "static" || "fed" in spec || spec.sized ? dims : dims.map((_, axis) => `${name}_${axis}`);
    return builder.input(name, { dtype, shape });
  });
  const options = { outputs: row.outputs ?? 1, domain: row.domain ?? "" };
  const results = builder.ops(row.op, names, row.attributes ?? {}, options);
  const outputs = (row.used ?? results.map((_, i) => i)).map((i) => results[i]!);
  for (const output of outputs) builder.output(output);

  const backward = cloneGraph(forward);
  const both = graphBuilder(backward);
  const projections = new Map<string, string>();
  const parts = outputs.map((output, i) => {
    const projection = both.input(`projection${i}`, both.type(output)!);
    projections.set(output, projection);
    return both.reduceSum(both.mul(output, projection), undefined, { keepDims: false });
  });
  const loss = parts.reduce((sum, part) => both.add(sum, part));
  const wrt = inputs.filter(({ spec }) => !("fed" in spec) && !spec.frozen).map(({ name }) => name);
  const found = differentiate(backward, { loss, wrt });
  backward.outputs = [];
  const gradients = new Map(wrt.map((name) => [name, both.output(found.get(name)!.dense!, `gradient_${name}`)]));
  removeDeadNodes(backward);
  return { forward, backward, inputs, outputs, gradients, projections };
}

function randomFeed(spec: Extract<InputSpec, { dims: readonly number[] }>, index: number, random: Random): Feed {
  const size = sizeOf(spec.dims);
  const [low, high] = spec.range ?? [-1.5, 1.5];
  const uniform = () => Array.from({ length: size }, () => low + (high - low) * random.uniform());
  const apart = () => random.shuffled(Array.from({ length: size }, (_, i) => (i - (size >> 1)) * 0.25 + 0.1 + 0.08 * index));
  return { dtype: "float32", dims: spec.dims, data: Float32Array.from(spec.spread ? apart() : uniform()) };
}

/** In double precision, so that only the operator itself rounds to float32. */
function weightedSum(values: ReadonlyMap<string, Feed>, weights: ReadonlyMap<string, Feed>): number {
  let sum = 0;
  for (const [name, { data }] of weights) {
    const result = values.get(name)!.data as Float32Array;
    (data as Float32Array).forEach((weight, i) => {
      sum += weight * result[i]!;
    });
  }
  return sum;
}

/** f'(x) = (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h, one element after the other; error of order h^4. */
async function centralDifferences(data: Float32Array, f: () => Promise<number>): Promise<number[]> {
  const slopes: number[] = [];
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!;
    let [sum, reach] = [0, 0];
    for (const [offset, factor] of [
      [-2, 1],
      [-1, -8],
      [1, 8],
      [2, -1],
    ] as const) {
      data[i] = x + offset * STEP;
      // What was stored is a float32: the step really taken is summed up with the same factors.
      sum += factor * (await f());
      reach += factor * (data[i]! - x);
    }
    data[i] = x;
    slopes.push(sum / reach);
  }
  return slopes;
}

export function expectClose(found: readonly number[], expected: readonly number[], what: string, tolerance = TOLERANCE): void {
  expect(found.length, `${what}: number of elements`).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!) / scale, `${what}: element ${i} is ${value}, expected ${expected[i]}`).toBeLessThan(
      tolerance,
    );
  });
}
