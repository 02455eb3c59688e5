import { BaalError } from "../../core/errors.js";

/** A dimension: a size, or the name of a size that is only known at run time ("batch", "sequence"). */
export type Dim = number | string;
/** The sizes of a value, from the outermost axis on; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** The element types of values, by the names that NumPy gives them. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool"
  | "string";

/** The typed arrays that hold the elements of a value. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** A constant array. `data` is row-major; float16 and bfloat16 are their raw 16-bit patterns, bool is one byte each. */
export interface Tensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: NumericArray | readonly string[];
}

type ArrayConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
};

/** Per element type: its code in ONNX files (`TensorProto.DataType` of onnx.proto) and the typed array that holds it. */
export const DTYPES: Readonly<Record<Exclude<DType, "string">, { readonly onnx: number; readonly array: ArrayConstructor }>> = {
  float32: { onnx: 1, array: Float32Array },
  float64: { onnx: 11, array: Float64Array },
  float16: { onnx: 10, array: Uint16Array },
  bfloat16: { onnx: 16, array: Uint16Array },
  int64: { onnx: 7, array: BigInt64Array },
  int32: { onnx: 6, array: Int32Array },
  int16: { onnx: 5, array: Int16Array },
  int8: { onnx: 3, array: Int8Array },
  uint64: { onnx: 13, array: BigUint64Array },
  uint32: { onnx: 12, array: Uint32Array },
  uint16: { onnx: 4, array: Uint16Array },
  uint8: { onnx: 2, array: Uint8Array },
  bool: { onnx: 9, array: Uint8Array },
};

const STRING = 8;

/** What else onnx.proto knows, for messages. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  ...{ 0: "UNDEFINED", 14: "COMPLEX64", 15: "COMPLEX128", 17: "FLOAT8E4M3FN", 18: "FLOAT8E4M3FNUZ", 19: "FLOAT8E5M2" },
  ...{ 20: "FLOAT8E5M2FNUZ", 21: "UINT4", 22: "INT4", 23: "FLOAT4E2M1", 24: "FLOAT8E8M0" },
};

/** The code of an element type in ONNX files. */
export function dtypeToOnnx(dtype: DType): number {
  return dtype === "string" ? STRING : DTYPES[dtype].onnx;
}

/** The element type of a code in ONNX files. Throws `E_MODEL_FORMAT` for one that is not supported. */
export function dtypeFromOnnx(code: number): DType {
  if (code === STRING) return "string";
  for (const [dtype, entry] of Object.entries(DTYPES)) if (entry.onnx === code) return dtype as DType;
  throw new BaalError("E_MODEL_FORMAT", `ONNX element type ${code} (${OTHER_TYPES[code] ?? "unknown"}) is not supported.`);
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

/**
 * A float32 tensor; a vector by default. Throws `E_SHAPE` when the number of elements is not that of the shape.
 *
 * @example
 * ```ts with=engine
 * import { floatTensor } from "baaljs/engine";
 *
 * const weight = builder.constant(floatTensor([1, 0, 0, 1], [2, 2]), "identity");
 * ```
 */
export function floatTensor(data: readonly number[] | Float32Array, dims: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: "float32", dims, data: data instanceof Float32Array ? data : Float32Array.from(data) });
}

/**
 * An int64 tensor, as shapes, axes and indices are; a vector by default. Throws `E_SHAPE` as {@link floatTensor}.
 *
 * @example
 * ```ts with=engine
 * import { int64Tensor } from "baaljs/engine";
 *
 * const axes = builder.constant(int64Tensor([0, 1]), "axes");
 * ```
 */
export function int64Tensor(data: readonly number[] | BigInt64Array, dims: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: "int64", dims, data: data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt) });
}

/**
 * A tensor of truth values; a vector by default. Throws `E_SHAPE` as {@link floatTensor}.
 *
 * @example
 * ```ts with=engine
 * import { boolTensor } from "baaljs/engine";
 *
 * const keep = builder.constant(boolTensor([true, false]), "keep");
 * ```
 */
export function boolTensor(data: readonly boolean[], dims: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: "bool", dims, data: Uint8Array.from(data, Number) });
}

/** The elements as JavaScript numbers (int64 beyond 2^53 loses precision; indices and sizes never get there). */
export function toNumbers(tensor: Tensor): number[] {
  return Array.from(tensor.data as ArrayLike<number | bigint | string>, Number);
}

function checked(tensor: Tensor): Tensor {
  if (tensor.data.length !== sizeOf(tensor.dims)) {
    throw new BaalError(
      "E_SHAPE",
      `A tensor of shape [${tensor.dims}] needs ${sizeOf(tensor.dims)} elements, ${tensor.data.length} came.`,
    );
  }
  return tensor;
}
