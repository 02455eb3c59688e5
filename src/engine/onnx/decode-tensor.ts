import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType } from "onnx-buf";
import { BaalError, errorMessage } from "../../core/errors.js";
import { DTYPES, type DType, dtypeFromOnnx, type NumericArray, sizeOf, type Tensor } from "./tensor.js";

/** Where tensors come from, for reading external data and for messages. */
export interface TensorSource {
  /** How messages call the model: its path, or "the model". */
  readonly label: string;
  /** Reads a part of a file beside the model. Throws `BaalError`. */
  readonly readExternal: (location: string, offset: number, length: number) => Uint8Array;
  /** Whether the model's bytes belong to the decoder, which may then move weights by a few bytes to align them. */
  readonly ownsBytes: boolean;
}

/** Types of weights that only quantized models have. */
const QUANTIZED_TYPES = /^(U?INT[24]|FLOAT[48])/;

/** A TensorProto as a constant. The data are a view on the file's bytes wherever these are aligned. */
export function decodeTensor(proto: TensorProto, source: TensorSource): Tensor {
  const fail = (reason: string, cause?: unknown) =>
    new BaalError("E_MODEL_FORMAT", `${source.label}: tensor "${proto.name}" ${reason}`, { cause });
  const typeName = TensorProto_DataType[proto.dataType] ?? String(proto.dataType);
  if (QUANTIZED_TYPES.test(typeName)) {
    throw new BaalError(
      "E_QUANTIZED",
      `${source.label}: tensor "${proto.name}" has the element type ${typeName} of a quantized model. Use the float32 or float16 file of the same model.`,
    );
  }
  let dtype: DType;
  try {
    dtype = dtypeFromOnnx(proto.dataType);
  } catch (error) {
    throw fail(`cannot be used: ${errorMessage(error)}`, error);
  }
  const dims = proto.dims.map(Number);
  const size = sizeOf(dims);
  if (dtype === "string") {
    return { dtype, dims, data: counted(proto.stringData.map((text) => Buffer.from(text).toString("utf8"))) };
  }
  const { array: ArrayType } = DTYPES[dtype];
  const byteLength = size * ArrayType.BYTES_PER_ELEMENT;
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    return { dtype, dims, data: view(externalBytes(), false) };
  }
  const typed = TYPED_FIELDS[dtype](proto);
  if (proto.rawData.length === 0 && typed.length > 0) {
    const data = new ArrayType(size);
    counted(typed).forEach((element, i) => {
      data[i] = element;
    });
    return { dtype, dims, data };
  }
  if (proto.rawData.length !== byteLength) {
    throw fail(`of shape [${dims}] (${dtype}) needs ${byteLength} bytes, ${proto.rawData.length} came: the file is damaged.`);
  }
  return { dtype, dims, data: view(proto.rawData, source.ownsBytes) };

  function counted<T>(elements: readonly T[]): readonly T[] {
    if (elements.length !== size) throw fail(`of shape [${dims}] needs ${size} elements, ${elements.length} came.`);
    return elements;
  }

  function view(bytes: Uint8Array, mayMove: boolean): NumericArray {
    const aligned = align(bytes, ArrayType.BYTES_PER_ELEMENT, mayMove);
    return new ArrayType(aligned.buffer, aligned.byteOffset, size);
  }

  function externalBytes(): Uint8Array {
    const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
    const location = entries.get("location");
    if (!location) throw fail("is stored outside of the file, which does not say where.");
    const length = Number(entries.get("length") ?? byteLength);
    const offset = Number(entries.get("offset") ?? 0);
    if (length !== byteLength) throw fail(`of shape [${dims}] (${dtype}) needs ${byteLength} bytes, its entry says ${length}.`);
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw fail(`has the impossible offset ${entries.get("offset")} in "${location}".`);
    return source.readExternal(location, offset, length);
  }
}

/**
 * The same bytes at an address that a typed array accepts. Protocol buffers align nothing; where the file's bytes are the
 * decoder's own they slide down over the length prefix in front of them, which was read already. Else they are copied.
 */
function align(bytes: Uint8Array, alignment: number, mayMove: boolean): Uint8Array {
  const excess = bytes.byteOffset % alignment;
  if (excess === 0) return bytes;
  if (!mayMove || excess > prefixLength(bytes.length)) return new Uint8Array(bytes);
  const room = new Uint8Array(bytes.buffer, bytes.byteOffset - excess, bytes.length + excess);
  room.copyWithin(0, excess);
  return room.subarray(0, bytes.length);
}

/** Bytes that the field's tag and its length take in front of a field of `length` bytes: seven bits of length per byte. */
function prefixLength(length: number): number {
  return 1 + Math.max(1, Math.ceil(Math.log2(length + 1) / 7));
}

/** Small tensors may be stored in a repeated field instead of raw bytes; which one depends on the type. */
const TYPED_FIELDS: Readonly<Record<Exclude<DType, "string">, (proto: TensorProto) => readonly (number | bigint)[]>> = {
  float32: (proto) => proto.floatData,
  float64: (proto) => proto.doubleData,
  float16: (proto) => proto.int32Data,
  bfloat16: (proto) => proto.int32Data,
  int64: (proto) => proto.int64Data,
  int32: (proto) => proto.int32Data,
  int16: (proto) => proto.int32Data,
  int8: (proto) => proto.int32Data,
  uint64: (proto) => proto.uint64Data,
  uint32: (proto) => proto.uint64Data.map(Number),
  uint16: (proto) => proto.int32Data,
  uint8: (proto) => proto.int32Data,
  bool: (proto) => proto.int32Data,
};
