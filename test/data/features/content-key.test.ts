import { describe, expect, it } from "vitest";
import { contentKey } from "../../../src/data/content-key.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";

const key = (input: unknown) => contentKey(input, 4);

/** All inputs that differ in anything a model may read. */
const different: [string, unknown][] = [
  ["token ids", { inputIds: Int32Array.of(1, 2, 3) }],
  ["other token ids", { inputIds: Int32Array.of(1, 2, 4) }],
  ["fewer token ids", { inputIds: Int32Array.of(1, 2) }],
  ["token ids with types", { inputIds: Int32Array.of(1, 2, 3), tokenTypeIds: Int32Array.of(0, 0, 1) }],
  ["token ids under another name", { ids: Int32Array.of(1, 2, 3) }],
  ["the same bytes as floats", { inputIds: new Float32Array(Int32Array.of(1, 2, 3).buffer) }],
  ["a vector", Float32Array.of(1, 2, 3)],
  ["an array", [1, 2, 3]],
  ["an array cut otherwise", [[1, 2], [3]]],
  ["an array of texts", ["1", "2", "3"]],
  ["a text", "1,2,3"],
  ["two texts", ["a", "bc"]],
  ["two texts cut otherwise", ["ab", "c"]],
  ["nothing", null],
  ["the text null", "null"],
  ["an empty array", []],
  ["an empty object", {}],
];

describe("a content key", () => {
  it("differs for different contents", async () => {
    const keys = await Promise.all(different.map(([, input]) => key(input)));
    for (const one of keys) expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(keys).size).toBe(different.length);
  });

  it("is the same for the same content, wherever it lies", async () => {
    const long = Int32Array.of(9, 1, 2, 3, 9);
    expect(await key({ inputIds: long.subarray(1, 4) })).toBe(await key({ inputIds: Int32Array.of(1, 2, 3) }));
    expect(await key({ a: 1, b: [2] })).toBe(await key({ b: [2], a: 1, c: undefined }));
  });

  it("of an image is its own, without loading it; or that of its pixels", async () => {
    const pixels = (value: number, width = 2) => ({
      shape: [1, 2, width] as const,
      data: new Float32Array(2 * width).fill(value),
    });
    const named = (contentKey: string): ImageInput => ({
      name: "x.png",
      load: () => Promise.reject(new Error("not to be loaded")),
      contentKey: async () => contentKey,
    });
    const plain = (name: string, value: number, width = 2): ImageInput => ({ name, load: async () => pixels(value, width) });
    expect(await key(named("file 1, 224x224"))).toBe(await key(named("file 1, 224x224")));
    expect(await key(named("file 1, 224x224"))).not.toBe(await key(named("file 1, 32x32")));
    expect(await key(plain("x.png", 1))).toBe(await key(plain("copy of x.png", 1)));
    expect(await key(plain("x.png", 1))).not.toBe(await key(plain("x.png", 2)));
    const [flat, tall] = [plain("x", 1, 2), { ...plain("x", 1, 2), load: () => ({ ...pixels(1), shape: [2, 1, 2] as const }) }];
    expect(await key(flat)).not.toBe(await key(tall));
  });

  it.each([[new Map([[1, 2]])], [{ when: new Date(0) }], [() => 1]])(
    "is refused where the content has no name: %o",
    async (input) => {
      await expect(key(input)).rejects.toMatchObject({ code: "E_DATA", message: /item 4 .*contentKey\(\)/ });
    },
  );
});
