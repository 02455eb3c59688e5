import { BaalError } from "../../../core/errors.js";
import { floatAttribute, intAttribute, stringAttribute } from "../../onnx/attributes.js";
import { float, type GraphBuilder, int, string } from "../../onnx/builder.js";
import type { GradientRules, InputGradient, RuleContext } from "../rule.js";
import { rankOf } from "./shapes.js";

/** A product `alpha A' B'`, where `'` transposes the last two axes if asked. */
interface Product {
  readonly a: string;
  readonly b: string;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

/** Matrix products. */
export const linearAlgebraRules: GradientRules = {
  MatMul: (context) => {
    const [a, b] = [context.x[0]!, context.x[1]!];
    if (isVector(context, a) || isVector(context, b)) return vectorProduct(context);
    return batchedProduct(context, { a, b, transA: false, transB: false, alpha: 1 });
  },
  "com.microsoft:FusedMatMul": (context) => {
    const { node } = context;
    if (intAttribute(node, "transBatchA", 0) || intAttribute(node, "transBatchB", 0)) {
      throw new BaalError(
        "E_OP_UNSUPPORTED",
        `FusedMatMul node "${node.name}" transposes its batch axes, which has no gradient rule.`,
      );
    }
    return batchedProduct(context, product(context));
  },
  // y = alpha A' B' + beta C:  C broadcasts
  Gemm: (context) => {
    const { builder, node, dy } = context;
    const factors = product(context);
    const beta = floatAttribute(node, "beta", 1);
    return [
      () => byLeft(factors, dy, (next) => gemm(builder, next)),
      () => byRight(factors, dy, (next) => gemm(builder, next)),
      { broadcast: () => (beta === 1 ? dy : builder.mul(dy, builder.scalar(beta))) },
    ];
  },
  Einsum: (context) => einsum(context),
};

function product({ node, x }: RuleContext): Product {
  return {
    a: x[0]!,
    b: x[1]!,
    transA: intAttribute(node, "transA", 0) !== 0,
    transB: intAttribute(node, "transB", 0) !== 0,
    alpha: floatAttribute(node, "alpha", 1),
  };
}

// Y = alpha A' B':  dA = alpha dY B'^T, or (its transpose) alpha B' dY^T
function byLeft({ b, transA, transB, alpha }: Product, dy: string, multiply: (product: Product) => string): string {
  if (transA) return multiply({ a: b, b: dy, transA: transB, transB: true, alpha });
  return multiply({ a: dy, b, transA: false, transB: !transB, alpha });
}

// Y = alpha A' B':  dB = alpha A'^T dY, or (its transpose) alpha dY^T A'
function byRight({ a, transA, transB, alpha }: Product, dy: string, multiply: (product: Product) => string): string {
  if (transB) return multiply({ a: dy, b: a, transA: true, transB: transA, alpha });
  return multiply({ a, b: dy, transA: !transA, transB: false, alpha });
}

function gemm(builder: GraphBuilder, { a, b, transA, transB, alpha }: Product): string {
  return builder.op("Gemm", [a, b], { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(alpha) });
}

function batchedProduct(context: RuleContext, factors: Product): readonly InputGradient[] {
  const { builder, dy } = context;
  const { a, b, transA } = factors;
  const batched = ({ a, b, ...flags }: Product) => builder.fusedMatMul(a, b, flags);
  if (rankOf(context, b) !== 2 || transA) {
    return [
      { broadcast: () => byLeft(factors, dy, batched), ownAxes: 2 },
      { broadcast: () => byRight(factors, dy, batched), ownAxes: 2 },
    ];
  }
  // One matrix for all rows (a linear layer): the rows of all batches make one long matrix, and each gradient is one product.
  const isMatrix = (value: string) => builder.type(value)?.shape?.length === 2;
  const rows = (value: string) => (isMatrix(value) ? value : flatRows(builder, value));
  const single = (next: Product) => gemm(builder, next);
  return [() => byLeft(factors, dy, isMatrix(a) ? single : batched), () => byRight({ ...factors, a: rows(a) }, rows(dy), single)];
}

/** `[..., d]` as `[n, d]`. */
function flatRows(builder: GraphBuilder, value: string): string {
  const width = builder.type(value)?.shape?.at(-1);
  if (typeof width === "number") return builder.reshape(value, builder.int64s([-1, width]));
  const last = builder.gather(builder.shape(value), builder.int64s([-1]));
  return builder.reshape(value, builder.concat([builder.int64s([-1]), last], 0));
}

function isVector({ builder }: RuleContext, value: string): boolean {
  return builder.type(value)?.shape?.length === 1;
}

// a vector on the left is a row, on the right a column; its axis is missing in y
function vectorProduct(context: RuleContext): readonly InputGradient[] {
  const { builder, dy } = context;
  const [a, b] = [context.x[0]!, context.x[1]!];
  const [isRow, isColumn] = [isVector(context, a), isVector(context, b)];
  if (isRow && isColumn) return [() => builder.mul(dy, b), () => builder.mul(dy, a)];
  if (isRow) {
    const dRow = () => builder.unsqueeze(dy, [-2]);
    return [
      { broadcast: () => builder.fusedMatMul(dRow(), b, { transB: true }), ownAxes: 1 },
      () => builder.mul(builder.unsqueeze(a, [1]), dRow()),
    ];
  }
  const dColumn = () => builder.unsqueeze(dy, [-1]);
  return [
    () => builder.mul(dColumn(), b),
    { broadcast: () => builder.squeeze(builder.fusedMatMul(a, dColumn(), { transA: true }), [-1]), ownAxes: 1 },
  ];
}

// y = sum over the letters missing in it of a b:  da = the same with y and a exchanged
function einsum({ builder, node, dy, x }: RuleContext): readonly InputGradient[] {
  const equation = stringAttribute(node, "equation", "").replaceAll(" ", "");
  const [left, result] = equation.split("->");
  const terms = left!.split(",");
  return terms.map((term, i) => () => {
    const others = terms.filter((_, other) => other !== i);
    const letters = new Set([...(result ?? ""), ...others.join("")]);
    if (
      result === undefined ||
      equation.includes("...") ||
      new Set(term).size < term.length ||
      ![...term].every((l) => letters.has(l))
    ) {
      throw new BaalError(
        "E_OP_UNSUPPORTED",
        `The gradient of Einsum "${equation}" (node "${node.name}") is not supported: it needs an explicit result, no ellipsis, no letter ` +
          "twice in one term, and no letter in one term alone.",
      );
    }
    const inputs = [dy, ...x.filter((_, other) => other !== i)];
    return builder.op("Einsum", inputs, { equation: string(`${[result, ...others].join(",")}->${term}`) });
  });
}
