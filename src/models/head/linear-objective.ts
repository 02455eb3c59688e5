import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import type { Matrix } from "../../engine/runtime/matrix-product.js";
import { createSession, type Feed } from "../../engine/runtime/session.js";

/** Numbers of either precision. */
export type Floats = Float32Array | Float64Array;

/** What a loss reads beside the logits: a row per item, of one column or as many as there are outputs. */
export type LossInput = Float64Array | BigInt64Array;

/** A loss of a linear layer's logits. */
export interface LinearLoss {
  /** By name; numbers are given in the precision that is computed in. */
  readonly inputs: ReadonlyMap<string, LossInput>;
  /**
   * Appends nodes to a graph that has the inputs by their names: from the logits `[N, C]` to losses that add up to the mean loss, and to the gradient
   * `[N, C]` of that sum in the logits.
   */
  readonly append: (b: GraphBuilder, logits: string) => { readonly losses: string; readonly gradient: string };
}

/** The mean loss of a linear layer, and its gradient in the layer's weights. */
export interface LinearObjective<Data extends Floats> extends AsyncDisposable {
  /** Of weights `[C, P]`; writes the gradient, `[C, P]`. */
  evaluate(weights: Data, gradient: Data): Promise<number>;
}

const [ROWS, WEIGHTS, LOSSES, GRADIENT] = ["rows", "weights", "losses", "gradient"] as const;

/**
 * One graph from weights to gradient, `X W' -> loss -> R' X`: logits and residuals, the largest arrays here, never come to JavaScript, and the loss
 * is computed by all cores, too.
 */
export async function linearObjective<Data extends Floats>(
  x: Matrix<Data>,
  outputs: number,
  loss: LinearLoss,
): Promise<LinearObjective<Data>> {
  const isSingle = x.data instanceof Float32Array;
  const dtype = isSingle ? "float32" : "float64";
  const feed = (data: Floats | BigInt64Array, rows: number): Feed => ({
    dtype: data instanceof BigInt64Array ? "int64" : dtype,
    dims: [rows, data.length / rows],
    data,
  });
  const inputs = Array.from(loss.inputs, ([name, data]) => {
    const isConverted = isSingle && data instanceof Float64Array;
    return [name, feed(isConverted ? Float32Array.from(data) : data, x.rows)] as const;
  });
  const session = await createSession(objectiveGraph(dtype, new Map(inputs), loss), { withSpinning: false });
  return {
    async evaluate(weights, gradient) {
      const feeds = new Map<string, Feed>([[ROWS, feed(x.data, x.rows)], [WEIGHTS, feed(weights, outputs)], ...inputs]);
      const wanted = new Map<string, Feed | null>([
        [LOSSES, null],
        [GRADIENT, feed(gradient, outputs)],
      ]);
      const losses = (await session.run(feeds, wanted)).get(LOSSES)!.data as Floats;
      // Here in double precision, whatever they were computed in: steps are judged by small differences of the sum.
      let sum = 0;
      for (let i = 0; i < losses.length; i++) sum += losses[i]!;
      return sum;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

function objectiveGraph(dtype: "float32" | "float64", inputs: ReadonlyMap<string, Feed>, { append }: LinearLoss): Graph {
  const b = graphBuilder(createGraph("linear-objective"));
  const rows = b.input(ROWS, { dtype, shape: ["items", "columns"] });
  const weights = b.input(WEIGHTS, { dtype, shape: ["outputs", "columns"] });
  for (const [name, { dtype: own, dims }] of inputs)
    b.input(name, { dtype: own, shape: ["items", dims[1] === 1 ? 1 : "outputs"] });
  const { losses, gradient } = append(b, b.gemm(rows, weights, undefined, { transB: true }));
  b.output(losses, LOSSES);
  b.output(b.gemm(gradient, rows, undefined, { transA: true }), GRADIENT);
  return b.graph;
}
