import { describe, expect, it } from "vitest";
import { bfloatToFloat, halfToFloat } from "../../../src/engine/onnx/widen.js";

describe("half precision", () => {
  it("float16 becomes the same number in float32", () => {
    const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x7c00, 0xfc00, 0x7e00);
    const numbers = [0, -0, 1, -2, 0.333251953125, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, Infinity, -Infinity, Number.NaN];
    expect(Array.from(halfToFloat(bits))).toEqual(numbers);
  });

  it("every finite float16 agrees with its definition", () => {
    const bits = Uint16Array.from({ length: 0x7c00 }, (_, i) => i);
    halfToFloat(bits).forEach((number, i) => {
      const exponent = i >> 10;
      const fraction = (i & 0x3ff) / 1024;
      expect(number).toBe(exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
    });
  });

  it("bfloat16 is the upper half of a float32", () => {
    expect(Array.from(bfloatToFloat(Uint16Array.of(0x3f80, 0xc000, 0x0000, 0x7f80)))).toEqual([1, -2, 0, Infinity]);
  });
});
