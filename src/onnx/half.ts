/** float16 and bfloat16 bit patterns as float32 numbers. */

/** IEEE 754 half precision (1 sign, 5 exponent, 10 fraction bits) to single precision; exact. */
export function halfToFloat(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) result[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else words[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return result;
}

/** bfloat16, the upper half of a float32, to float32; exact. */
export function bfloatToFloat(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return result;
}
