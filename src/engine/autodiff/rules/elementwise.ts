import { BaalError } from "../../../core/errors.js";
import { shapeValueOf } from "../../onnx/infer.js";
import { dtypeToOnnx } from "../../onnx/tensor.js";
import { type GradientRules, once, type RuleContext } from "../rule.js";

/**
 * Arithmetic and the functions of a pocket calculator, element by element, with broadcasting where the operator has it. Those that neural networks
 * brought are in `activations.ts`.
 */
export const elementwiseRules: GradientRules = {
  // y = x
  Identity: ({ dy }) => [() => dy],
  // y = x at inference and for the ratio 0; the training mode of an imported graph is turned into an explicit mask before
  Dropout: (context) => {
    const [, ratio, mode] = context.x;
    const isZero = (value: string | undefined) => value && constantScalar(context.builder, value) === 0;
    if (mode && !isZero(mode) && !isZero(ratio)) {
      throw new BaalError(
        "E_OP_UNSUPPORTED",
        `Dropout node "${context.node.name}" may be in training mode, where it draws a mask of its own; replace it by a fed mask.`,
      );
    }
    return [() => context.dy];
  },
  // y = x in another precision
  Cast: ({ builder, dy, x }) => [() => castLike(builder, dy, x[0]!)],
  // y = x in the precision of another value
  CastLike: ({ builder, dy, x }) => [() => castLike(builder, dy, x[0]!), null],
  // d(a+b) = da + db
  Add: ({ dy }) => [{ broadcast: () => dy }, { broadcast: () => dy }],
  // d(a-b) = da - db
  Sub: ({ builder, dy }) => [{ broadcast: () => dy }, { broadcast: () => builder.neg(dy) }],
  // d(ab) = b da + a db
  Mul: ({ builder, dy, x: [a, b] }) => [{ broadcast: () => builder.mul(dy, b!) }, { broadcast: () => builder.mul(dy, a!) }],
  // d(a/b) = da / b - y db / b
  Div: ({ builder, dy, x: [, b], y }) => [
    { broadcast: () => builder.div(dy, b!) },
    { broadcast: () => builder.neg(builder.div(builder.mul(dy, y[0]!), b!)) },
  ],
  // y = a - n b with a whole number n: d(a mod b) = da - n db
  Mod: ({ builder, dy, x: [a, b], y }) => [
    { broadcast: () => dy },
    { broadcast: () => builder.neg(builder.mul(dy, builder.div(builder.sub(a!, y[0]!), b!))) },
  ],
  // d(sum of x_i) = sum of dx_i
  Sum: ({ dy, x }) => x.map(() => ({ broadcast: () => dy })),
  // d(mean of n x_i) = sum of dx_i / n
  Mean: ({ builder, dy, x }) => {
    const share = once(() => builder.mul(dy, builder.scalar(1 / x.length)));
    return x.map(() => ({ broadcast: share }));
  },
  // d(x^e) = e x^(e-1) dx + y ln(x) de, with 0 for e = 0 and for ln of what is not positive
  Pow: (context) => [{ broadcast: () => powerByBase(context) }, { broadcast: () => powerByExponent(context) }],
  // d(-x) = -dx
  Neg: ({ builder, dy }) => [() => builder.neg(dy)],
  // d(sqrt x) = dx / 2y
  Sqrt: ({ builder, dy, y }) => [() => builder.div(builder.mul(dy, builder.scalar(0.5)), y[0]!)],
  // d(1/x) = -y^2 dx
  Reciprocal: ({ builder, dy, y }) => [() => builder.neg(builder.mul(dy, builder.mul(y[0]!, y[0]!)))],
  // d(e^x) = y dx
  Exp: ({ builder, dy, y }) => [() => builder.mul(dy, y[0]!)],
  // d(ln x) = dx / x
  Log: ({ builder, dy, x }) => [() => builder.div(dy, x[0]!)],
  // d(erf x) = 2/sqrt(pi) e^(-x^2) dx
  Erf: ({ builder, dy, x }) => [
    () =>
      builder.mul(dy, builder.mul(builder.exp(builder.neg(builder.mul(x[0]!, x[0]!))), builder.scalar(2 / Math.sqrt(Math.PI)))),
  ],
  // d(sin x) = cos(x) dx
  Sin: ({ builder, dy, x }) => [() => builder.mul(dy, builder.op("Cos", [x[0]!]))],
  // d(cos x) = -sin(x) dx
  Cos: ({ builder, dy, x }) => [() => builder.neg(builder.mul(dy, builder.op("Sin", [x[0]!])))],
  // d(tan x) = (1 + y^2) dx
  Tan: ({ builder, dy, y }) => [() => builder.mul(dy, plusOne(builder, square(builder, y[0]!)))],
  // d(asin x) = dx / sqrt(1 - x^2)
  Asin: ({ builder, dy, x }) => [() => builder.div(dy, builder.sqrt(oneMinus(builder, square(builder, x[0]!))))],
  // d(acos x) = -dx / sqrt(1 - x^2)
  Acos: ({ builder, dy, x }) => [() => builder.neg(builder.div(dy, builder.sqrt(oneMinus(builder, square(builder, x[0]!)))))],
  // d(atan x) = dx / (1 + x^2)
  Atan: ({ builder, dy, x }) => [() => builder.div(dy, plusOne(builder, square(builder, x[0]!)))],
  // d(sinh x) = cosh(x) dx
  Sinh: ({ builder, dy, x }) => [() => builder.mul(dy, builder.op("Cosh", [x[0]!]))],
  // d(cosh x) = sinh(x) dx
  Cosh: ({ builder, dy, x }) => [() => builder.mul(dy, builder.op("Sinh", [x[0]!]))],
  // d(asinh x) = dx / sqrt(x^2 + 1)
  Asinh: ({ builder, dy, x }) => [() => builder.div(dy, builder.sqrt(plusOne(builder, square(builder, x[0]!))))],
  // d(acosh x) = dx / sqrt(x^2 - 1)
  Acosh: ({ builder, dy, x }) => [() => builder.div(dy, builder.sqrt(builder.sub(square(builder, x[0]!), builder.scalar(1))))],
  // d(atanh x) = dx / (1 - x^2)
  Atanh: ({ builder, dy, x }) => [() => builder.div(dy, oneMinus(builder, square(builder, x[0]!)))],
  // d|x| = sign(x) dx
  Abs: ({ builder, dy, x }) => [() => builder.mul(dy, builder.op("Sign", [x[0]!]))],
  // to the extreme operand; operands that tie share evenly
  Min: shareAmongExtremes,
  Max: shareAmongExtremes,
  // passes where the value was not clipped, bounds included; none to the bounds
  Clip: ({ builder, dy, x, y }) => [() => builder.where(builder.equal(x[0]!, y[0]!), dy, builder.scalar(0))],
  // d(c ? a : b) = c ? da : db
  Where: ({ builder, dy, x: [condition] }) => [
    null,
    { broadcast: () => builder.where(condition!, dy, builder.scalar(0)) },
    { broadcast: () => builder.where(condition!, builder.scalar(0), dy) },
  ],
};

function square(builder: RuleContext["builder"], x: string): string {
  return builder.mul(x, x);
}

function plusOne(builder: RuleContext["builder"], x: string): string {
  return builder.add(x, builder.scalar(1));
}

function oneMinus(builder: RuleContext["builder"], x: string): string {
  return builder.sub(builder.scalar(1), x);
}

function castLike(builder: RuleContext["builder"], value: string, like: string): string {
  return builder.op("Cast", [value], { to: { kind: "int", value: dtypeToOnnx(builder.type(like)?.dtype ?? "float32") } });
}

function powerByBase({ builder, dy, x }: RuleContext): string {
  const [base, exponent] = [x[0]!, x[1]!];
  const known = constantScalar(builder, exponent);
  if (known === 2) return builder.mul(dy, builder.mul(base, builder.scalar(2)));
  if (known !== undefined && known !== 0) {
    const slope = builder.mul(builder.pow(base, builder.scalar(known - 1)), builder.scalar(known));
    return builder.mul(dy, slope);
  }
  const e = castLike(builder, exponent, base);
  const slope = builder.mul(e, builder.pow(base, builder.sub(e, builder.scalar(1))));
  return builder.mul(dy, builder.where(builder.equal(e, builder.scalar(0)), builder.scalar(0), slope));
}

function powerByExponent({ builder, dy, x, y }: RuleContext): string {
  const positive = builder.op("Greater", [x[0]!, builder.scalar(0)]);
  const logarithm = builder.log(builder.where(positive, x[0]!, builder.scalar(1)));
  return builder.mul(dy, builder.mul(y[0]!, logarithm));
}

function constantScalar(builder: RuleContext["builder"], value: string): number | undefined {
  const known = shapeValueOf(builder.graph, value);
  const element = known?.elements.length === 1 ? known.elements[0] : undefined;
  return typeof element === "number" ? element : undefined;
}

function shareAmongExtremes({ builder, dy, x, y }: RuleContext) {
  const hits = once(() => x.map((value) => builder.cast(builder.equal(value, y[0]!), "float32")));
  const share = once(() => builder.div(dy, x.length === 1 ? hits()[0]! : builder.op("Sum", hits())));
  return x.map((_, i) => ({ broadcast: () => builder.mul(share(), hits()[i]!) }));
}
