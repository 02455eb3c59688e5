/** The element types of safetensors files that are weights, with the way to read them as float32. */
export const floatTypes: Readonly<Record<string, FloatType>> = {
  F32: { bytes: 4, read: readF32 },
  F64: { bytes: 8, read: readF64 },
  F16: { bytes: 2, read: (bytes) => decode16(bytes, f16Table()) },
  BF16: { bytes: 2, read: readBF16 },
};

/** Integer and boolean types: counters and position ids, never weights. Their sizes in bytes. */
export const integerTypes: Readonly<Record<string, number>> = {
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export interface FloatType {
  /** Size of one element. */
  readonly bytes: number;
  /** `bytes.byteLength / this.bytes` numbers; F32 is a view of the same memory where its alignment allows. */
  readonly read: (bytes: Uint8Array) => Float32Array;
}

function readF32(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.byteLength / 4);
}

function readF64(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return Float32Array.from(new Float64Array(aligned.buffer, aligned.byteOffset, bytes.byteLength / 8));
}

/** bfloat16 is the upper half of a float32: shifting the bits converts every value, infinities and NaN included. */
function readBF16(bytes: Uint8Array): Float32Array {
  const halves = as16(bytes);
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function decode16(bytes: Uint8Array, table: Uint32Array): Float32Array {
  const halves = as16(bytes);
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

function as16(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, bytes.byteLength / 2);
}

let f16Bits: Uint32Array | undefined;

/** The float32 bits of all 65,536 half-precision numbers; one look-up per weight is faster than taking each apart. */
function f16Table(): Uint32Array {
  f16Bits ??= Uint32Array.from({ length: 65536 }, (_, half) => f16ToF32Bits(half));
  return f16Bits;
}

function f16ToF32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // A subnormal half is fraction * 2^-24, a normal float32: move its leading bit to the implicit place.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
