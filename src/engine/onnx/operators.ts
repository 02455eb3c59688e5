/**
 * Families of standard operators: names by the first opset of the form that graphs in memory have (the operator's page at
 * https://onnx.ai/onnx/operators/ lists its versions). An operator in a family needs no line elsewhere: imports know it, its type
 * is inferred, and the rewrites that depend on the family take it in. Only a gradient rule is of its own.
 */
type OperatorFamily = Readonly<Record<number, readonly string[]>>;

/** Functions of one value, element by element: the result has the type and the shape of the first input. */
const ELEMENTWISE_SINCE: OperatorFamily = {
  7: [
    "Abs Acos Asin Atan Ceil Cos Elu Exp Floor HardSigmoid Identity LeakyRelu Log Neg Not Reciprocal Relu Selu",
    "Sigmoid Sin Softplus Softsign Sqrt Tan Tanh",
  ],
  9: ["Acosh Asinh Atanh Cosh Erf Shrink Sign Sinh"],
  10: ["ThresholdedRelu"],
  11: ["Round"],
  12: ["Celu"],
  14: ["HardSwish"],
  18: ["Mish"],
  20: ["Gelu"],
};

/** Functions of several values, element by element, which are broadcast in both directions. */
const BROADCASTING_SINCE: OperatorFamily = {
  7: ["Add And Div Max Mean Min Mul Or Pow Sub Sum Xor"],
  10: ["Mod"],
};

/** As before, with truth values as result. */
const COMPARISONS_SINCE: OperatorFamily = {
  7: ["Equal Greater Less"],
  12: ["GreaterOrEqual LessOrEqual"],
};

/** Operators without a family that from then to opset 26 gained at most element types and optional parts with the old default. */
const OTHERS_SINCE: OperatorFamily = {
  7: [
    "ArgMax ArgMin AveragePool Cast Concat Conv ConvTranspose DepthToSpace Flatten GRU Gather Gemm",
    "GlobalAveragePool GlobalLpPool GlobalMaxPool If InstanceNormalization LRN LSTM Loop LpNormalization LpPool",
    "MatMul MaxPool MaxRoiPool Multinomial PRelu RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike",
    "Reshape Shape Size SpaceToDepth Tile Transpose",
  ],
  8: ["Expand"],
  9: ["Compress ConstantOfShape EyeLike IsNaN MaxUnpool MeanVarianceNormalization NonZero OneHot Scan", "TfIdfVectorizer Where"],
  10: [
    "ConvInteger DequantizeLinear IsInf MatMulInteger NonMaxSuppression QLinearConv QLinearMatMul QuantizeLinear",
    "ReverseSequence StringNormalizer",
  ],
  11: [
    "BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range ScatterElements",
    "ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength",
    "SplitToSequence Unique",
  ],
  12: ["Einsum SoftmaxCrossEntropyLoss"],
  13: ["NegativeLogLikelihoodLoss"],
  14: ["Trilu"],
  15: ["Bernoulli CastLike Optional OptionalGetElement OptionalHasElement"],
  16: ["RoiAlign"],
  17: ["BlackmanWindow HammingWindow HannWindow LayerNormalization MelWeightMatrix STFT SequenceMap"],
  18: ["BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im"],
  19: ["DeformConv"],
  20: ["AffineGrid DFT GridSample ImageDecoder RegexFullMatch StringConcat StringSplit"],
};

/** Functions of one value, element by element. */
export const ELEMENTWISE: readonly string[] = namesOf(ELEMENTWISE_SINCE);
/** Functions of several values, element by element, broadcast in both directions. */
export const BROADCASTING: readonly string[] = namesOf(BROADCASTING_SINCE);
/** Functions of two values with truth values as result, broadcast in both directions. */
export const COMPARISONS: readonly string[] = namesOf(COMPARISONS_SINCE);

/** Operators without a gradient by design: integers, truth values, shapes, and functions that are flat almost everywhere. */
export const FLAT: ReadonlySet<string> = new Set([
  ...["And", "Or", "Xor", "Not", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "IsNaN", "IsInf"],
  ...["Sign", "Floor", "Ceil", "Round"],
  ...["ArgMax", "ArgMin", "Hardmax", "NonZero", "OneHot", "Unique"],
  ...["Constant", "ConstantOfShape", "Range", "Shape", "Size", "EyeLike"],
  ...["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli"],
]);

/** Per operator: the opset from which it had the meaning that it has in memory. Those with an upgrade rule may be missing. */
export const UNCHANGED_SINCE: ReadonlyMap<string, number> = new Map(
  [ELEMENTWISE_SINCE, BROADCASTING_SINCE, COMPARISONS_SINCE, OTHERS_SINCE].flatMap((family) =>
    Object.entries(family).flatMap(([opset, lines]) =>
      lines.flatMap(words).map((name): [string, number] => [name, Number(opset)]),
    ),
  ),
);

/** Operators that exist only after the internal opset and cannot be expressed in it, with the opset that brought them. */
export const NEW_AFTER_INTERNAL: ReadonlyMap<string, number> = new Map([
  ["TensorScatter", 24],
  ["BitCast", 26],
  ["CumProd", 26],
]);

function namesOf(family: OperatorFamily): string[] {
  return Object.values(family).flat().flatMap(words);
}

function words(line: string): string[] {
  return line.split(" ");
}
