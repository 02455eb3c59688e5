import type { Graph, GraphNode } from "../graph.js";
import { editGraph, type GraphEditor, isClose, operandPairs } from "./editor.js";

/** A polynomial in x: the coefficient of each power. */
type Polynomial = readonly number[];

/** The inside of each of the two functions, as a polynomial in x (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
const FORMS: Readonly<Record<string, { readonly approximate: "none" | "tanh"; readonly inner: Polynomial }>> = {
  Erf: { approximate: "none", inner: [0, Math.SQRT1_2] },
  Tanh: { approximate: "tanh", inner: [0, Math.sqrt(2 / Math.PI), 0, Math.sqrt(2 / Math.PI) * 0.044715] },
};

/**
 * `0.5 x (1 + erf(x / sqrt 2))` and `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, in whatever order they were multiplied
 * out, become one Gelu.
 */
export function fuseGelu(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) {
      const form = FORMS[node.opType];
      if (!form) continue;
      for (const { x, result } of products(editor, node)) {
        const inner = polynomial(editor, node.inputs[0]!, x);
        if (!inner || !isSame(inner, form.inner)) continue;
        editor.replace(result, editor.b.gelu(x, form.approximate));
        break;
      }
    }
  });
}

/** The ways to read what follows as `0.5 * x * (1 + f)`. */
function* products(editor: GraphEditor, f: GraphNode): Generator<{ readonly x: string; readonly result: string }> {
  for (const sum of readersOf(editor, f.outputs[0]!, "Add")) {
    if (editor.scalar(other(sum, f.outputs[0]!)) !== 1) continue;
    const onePlus = sum.outputs[0]!;
    for (const product of readersOf(editor, onePlus, "Mul")) {
      const operand = other(product, onePlus);
      const [half, whole] = [isHalf(editor, operand), halved(editor, operand)];
      if (whole !== undefined) yield { x: whole, result: product.outputs[0]! };
      for (const next of readersOf(editor, product.outputs[0]!, "Mul", "Div")) {
        const factor = other(next, product.outputs[0]!);
        if (half && next.opType === "Mul") yield { x: factor, result: next.outputs[0]! };
        else if (halved(editor, next.outputs[0]!) === product.outputs[0]) yield { x: operand, result: next.outputs[0]! };
      }
    }
  }
}

/** `y` where the value is `y / 2`. */
function halved(editor: GraphEditor, value: string): string | undefined {
  const node = editor.producer(value, "Mul", "Div");
  if (!node) return undefined;
  if (node.opType === "Div") return editor.scalar(node.inputs[1]) === 2 ? node.inputs[0] : undefined;
  return operandPairs(node).find(([, factor]) => isHalf(editor, factor))?.[0];
}

function isHalf(editor: GraphEditor, value: string): boolean {
  return editor.scalar(value) === 0.5;
}

function readersOf(editor: GraphEditor, value: string, ...opTypes: readonly string[]): GraphNode[] {
  return editor.readers(value).filter((node) => node.domain === "" && opTypes.includes(node.opType));
}

function other(node: GraphNode, value: string): string {
  return node.inputs[0] === value ? node.inputs[1]! : node.inputs[0]!;
}

type Combine = (a: Polynomial, b: Polynomial) => Polynomial | undefined;

const COMBINE: Readonly<Record<string, Combine>> = {
  Add: (a, b) => sum(a, b, 1),
  Sub: (a, b) => sum(a, b, -1),
  Mul: product,
  Div: (a, b) => (b.length === 1 ? a.map((coefficient) => coefficient / b[0]!) : undefined),
  Pow: (a, b) => (b.length === 1 && Number.isInteger(b[0]) && b[0]! > 0 && b[0]! <= 3 ? power(a, b[0]!) : undefined),
};

/** The value as a polynomial in `x`, or `undefined` when it is none of low degree. */
function polynomial(editor: GraphEditor, value: string, x: string, depth = 0): Polynomial | undefined {
  if (value === x) return [0, 1];
  const constant = editor.scalar(value);
  if (constant !== undefined) return [constant];
  const node = editor.producer(value, ...Object.keys(COMBINE));
  if (!node || depth > 8) return undefined;
  const [a, b] = node.inputs.map((input) => polynomial(editor, input, x, depth + 1));
  return a && b && COMBINE[node.opType]!(a, b);
}

function sum(a: Polynomial, b: Polynomial, sign: number): Polynomial {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + sign * (b[i] ?? 0));
}

function product(a: Polynomial, b: Polynomial): Polynomial {
  const result = Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((left, i) => {
    b.forEach((right, j) => {
      result[i + j]! += left * right;
    });
  });
  return result;
}

function power(a: Polynomial, exponent: number): Polynomial {
  return exponent === 1 ? a : product(a, power(a, exponent - 1));
}

function isSame(a: Polynomial, b: Polynomial): boolean {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).every((i) => isClose(a[i] ?? 0, b[i] ?? 0));
}
