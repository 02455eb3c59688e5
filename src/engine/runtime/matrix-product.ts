import type { GraphSession } from "./session.js";

/** A row-major matrix, in single precision where nothing else is said. */
export interface Matrix<Data extends Float32Array | Float64Array = Float32Array> {
  readonly rows: number;
  readonly columns: number;
  readonly data: Data;
}

/** How two matrices are multiplied, and into which array. */
export interface MatrixProductOptions<Data extends Float32Array | Float64Array = Float32Array> {
  readonly transposeA?: boolean | undefined;
  readonly transposeB?: boolean | undefined;
  /** Where the product is written, from the start on; a new array by default. */
  readonly into?: Data | undefined;
}

type Precision = "float32" | "float64";

/**
 * The product of two matrices of one precision, either transposed on request, by ONNX Runtime: a hundred times as fast as loops for large
 * ones. Double precision takes about twice the time of single.
 */
export async function matrixProduct<Data extends Float32Array | Float64Array = Float32Array>(
  a: Matrix<Data>,
  b: Matrix<Data>,
  { transposeA = false, transposeB = false, into }: MatrixProductOptions<Data> = {},
): Promise<Matrix<Data>> {
  const dtype: Precision = a.data instanceof Float64Array ? "float64" : "float32";
  await using session = await productSession(dtype, transposeA, transposeB);
  const feed = ({ rows, columns, data }: Matrix<Data>) => ({ dtype, dims: [rows, columns], data });
  const rows = transposeA ? a.columns : a.rows;
  const columns = transposeB ? b.rows : b.columns;
  const outputs = await session.run(
    new Map([
      ["a", feed(a)],
      ["b", feed(b)],
    ]),
    new Map([["product", into ? feed({ rows, columns, data: into.subarray(0, rows * columns) as Data }) : null]]),
  );
  return { rows, columns, data: outputs.get("product")!.data as Data };
}

type StartSession = () => Promise<GraphSession>;

/** For each kind of product what gives a session of its graph: a product of small matrices takes less time than writing the graph. */
const products = new Map<string, Promise<StartSession>>();

async function productSession(dtype: Precision, transA: boolean, transB: boolean): Promise<GraphSession> {
  const kind = `${dtype} ${transA} ${transB}`;
  const known = products.get(kind) ?? prepareProduct(dtype, transA, transB);
  products.set(kind, known);
  return (await known)();
}

async function prepareProduct(dtype: Precision, transA: boolean, transB: boolean): Promise<StartSession> {
  // Loaded with the first product: strategies and neighbours are imported by who never multiplies.
  const [{ createPreparedSession, prepareGraph }, { graphBuilder }, { createGraph }] = await Promise.all([
    import("./session.js"),
    import("../onnx/builder.js"),
    import("../onnx/graph.js"),
  ]);
  const b = graphBuilder(createGraph("matrix-product"));
  const left = b.input("a", { dtype, shape: ["a0", "a1"] });
  const right = b.input("b", { dtype, shape: ["b0", "b1"] });
  b.output(b.gemm(left, right, undefined, { transA, transB }), "product");
  const prepared = await prepareGraph(b.graph);
  return () => createPreparedSession(prepared, { withSpinning: false });
}
