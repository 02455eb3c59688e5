import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StateDict } from "../../../src/core/bayesian-model.js";
import { readSafetensors, readSafetensorsHeader } from "../../../src/engine/safetensors/read-safetensors.js";
import { readSafetensorsFolder, shardsOfIndex } from "../../../src/engine/safetensors/read-safetensors-folder.js";
import { writeSafetensors } from "../../../src/engine/safetensors/write-safetensors.js";
import { itShared, sharedPath } from "../../shared.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baaljs-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

const table = (): StateDict =>
  new Map([
    ["b.weight", { dims: [2, 3], data: Float32Array.of(1, -2, 3.5, Number.POSITIVE_INFINITY, 1e-45, -0) }],
    ["a.bias", { dims: [], data: Float32Array.of(7) }],
    ["empty", { dims: [0, 4], data: new Float32Array(0) }],
  ]);

/** A file from a header (text or object) and its data bytes. */
async function file(name: string, header: unknown, data: Uint8Array = new Uint8Array(0), headerLength?: number): Promise<string> {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(headerLength ?? text.length));
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([prefix, text, data]));
  return path;
}

const bytesOf = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({ dtype, shape, data_offsets: [begin, end] });

describe("writing and reading back", () => {
  it("returns the same bits, shapes and metadata, and leaves no other file", async () => {
    const path = join(folder, "round", "model.safetensors");
    await writeSafetensors(path, table(), { format: "pt", step: "3" });
    const read = await readSafetensors(path);
    expect([...read.keys()].sort()).toEqual(["a.bias", "b.weight", "empty"]);
    for (const [name, tensor] of table()) {
      expect(read.get(name)!.dims).toEqual(tensor.dims);
      expect(bytesOf(read.get(name)!.data)).toEqual(bytesOf(tensor.data));
    }
    expect((await readSafetensorsHeader(path)).metadata).toEqual({ format: "pt", step: "3" });
    expect(await readdir(join(folder, "round"))).toEqual(["model.safetensors"]);
  });

  it("reads float32 as views of one buffer", async () => {
    const path = join(folder, "views.safetensors");
    await writeSafetensors(path, table());
    const read = await readSafetensors(path);
    expect(read.get("a.bias")!.data.buffer).toBe(read.get("b.weight")!.data.buffer);
  });

  it("starts the data at a multiple of 8 and writes the same bytes for any order of the table", async () => {
    const paths = [join(folder, "order1.safetensors"), join(folder, "order2.safetensors")];
    await writeSafetensors(paths[0]!, table());
    await writeSafetensors(paths[1]!, new Map([...table()].reverse()));
    const [first, second] = await Promise.all(paths.map((path) => readFile(path)));
    expect(first!.equals(second!)).toBe(true);
    expect(Number(first!.readBigUInt64LE()) % 8).toBe(0);
  });

  it("refuses a tensor whose shape and length disagree, and keeps the file that was there", async () => {
    const path = join(folder, "kept.safetensors");
    await writeSafetensors(path, table());
    const before = (await stat(path)).size;
    const wrong: StateDict = new Map([["w", { dims: [2, 2], data: new Float32Array(3) }]]);
    await expect(writeSafetensors(path, wrong)).rejects.toMatchObject({
      code: "E_SHAPE",
      message: expect.stringContaining('"w"'),
    });
    expect((await stat(path)).size).toBe(before);
  });
});

describe("element types", () => {
  it("converts every float16 value exactly", async () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const path = await file("f16", { h: entry("F16", [65536], 0, 131072) }, bytesOf(halves));
    const { data } = (await readSafetensors(path)).get("h")!;
    for (let i = 0; i < 65536; i++) {
      const [sign, exponent, fraction] = [i >> 15 ? -1 : 1, (i >> 10) & 31, i & 1023];
      const finite = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      const expected = exponent < 31 ? sign * finite : fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
      if (!Object.is(data[i], expected)) expect(`half ${i}: ${data[i]}`).toBe(`half ${i}: ${expected}`);
    }
  });

  it("converts bfloat16: ordinary, subnormal, infinite and NaN", async () => {
    const bits = Uint16Array.of(0x3f80, 0xc049, 0x0001, 0x7f80, 0xff80, 0x7fc0, 0x8000);
    const path = await file("bf16", { h: entry("BF16", [7], 0, 14) }, bytesOf(bits));
    const { data } = (await readSafetensors(path)).get("h")!;
    const expected = [1, -3.140625, 2 ** -133, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0];
    expect([...data]).toEqual(expected);
  });

  it("reads misaligned float32 and float64, and leaves integers to the header", async () => {
    const data = Buffer.concat([bytesOf(Uint8Array.of(9)), bytesOf(Float32Array.of(1.5, -2)), bytesOf(Float64Array.of(0.1))]);
    const header = { ids: entry("U8", [1], 0, 1), f: entry("F32", [2], 1, 9), d: entry("F64", [1], 9, 17) };
    const path = await file("mixed", header, data);
    const read = await readSafetensors(path);
    expect([...read.keys()]).toEqual(["f", "d"]);
    expect([...read.get("f")!.data]).toEqual([1.5, -2]);
    expect([...read.get("d")!.data]).toEqual([Math.fround(0.1)]);
    expect((await readSafetensorsHeader(path)).tensors[0]).toEqual({ name: "ids", dtype: "U8", dims: [1], begin: 0, end: 1 });
  });
});

it("reads metadata of megabytes, with quotes and brackets in them", async () => {
  const note = '{"x": [1, \\"'.repeat(500_000);
  const path = await file("long", { __metadata__: { note }, w: entry("F32", [1], 0, 4) }, bytesOf(Float32Array.of(2)));
  expect((await readSafetensorsHeader(path)).metadata["note"]!.length).toBe(note.length);
  expect([...(await readSafetensors(path)).get("w")!.data]).toEqual([2]);
});

describe("damaged files", () => {
  const four = new Uint8Array(4);
  const rows: [reason: string, pattern: RegExp, make: () => Promise<string>][] = [
    [
      "a file of 3 bytes",
      /3 bytes/,
      async () => {
        const path = await file("e0", "{}");
        await truncate(path, 3);
        return path;
      },
    ],
    ["a header longer than the file", /announce a header of 999 bytes/, () => file("e1", "{}", four, 999)],
    ["a header that is not JSON", /not JSON/, () => file("e2", "{nonsense")],
    ["a header that is a list", /not a JSON object/, () => file("e3", "[]")],
    ["an entry without a shape", /entry of "w"/, () => file("e4", { w: { dtype: "F32", data_offsets: [0, 4] } }, four)],
    ["truncated data", /bytes 0 to 8 of 4/, () => file("e5", { w: entry("F32", [2], 0, 8) }, four)],
    ["offsets that do not fit the shape", /needs 8 bytes/, () => file("e6", { w: entry("F32", [2], 0, 4) }, four)],
    ["negative offsets", /entry of "w"/, () => file("e7", { w: entry("F32", [1], -4, 0) }, four)],
    [
      "overlapping tensors",
      /"a" and "b" overlap/,
      () => file("e8", { a: entry("F32", [2], 0, 8), b: entry("F32", [1], 4, 8) }, new Uint8Array(8)),
    ],
    [
      "a name twice",
      /name "w" twice/,
      () =>
        file(
          "e9",
          '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0077":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
          four,
        ),
    ],
    ["an unknown element type", /F8_E4M3; readable are F32/, () => file("e10", { w: entry("F8_E4M3", [4], 0, 4) }, four)],
    ["metadata that is not strings", /__metadata__/, () => file("e11", { __metadata__: { n: 1 } })],
  ];
  it.each(rows)("%s", async (_reason, pattern, make) => {
    const path = await make();
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
      message: expect.stringMatching(pattern),
    });
    await expect(readSafetensors(path)).rejects.toThrow(path);
  });

  it("a missing file", async () => {
    await expect(readSafetensors(join(folder, "absent"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });
});

describe("folders", () => {
  const shard = (name: string, value: number): StateDict => new Map([[name, { dims: [1], data: Float32Array.of(value) }]]);

  it("puts the shards of an index together", async () => {
    const sharded = join(folder, "sharded");
    await writeSafetensors(join(sharded, "model-00001-of-00002.safetensors"), shard("a", 1));
    await writeSafetensors(join(sharded, "model-00002-of-00002.safetensors"), shard("b", 2));
    const index = join(sharded, "model.safetensors.index.json");
    await writeFile(
      index,
      JSON.stringify({ weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" } }),
    );
    const read = await readSafetensorsFolder(sharded);
    expect([...read].map(([name, { data }]) => [name, data[0]])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(await shardsOfIndex(index)).toEqual(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]);
  });

  it("names a tensor that the index promises and its shard lacks", async () => {
    const sharded = join(folder, "lacking");
    await writeSafetensors(join(sharded, "one.safetensors"), shard("a", 1));
    await writeFile(
      join(sharded, "model.safetensors.index.json"),
      JSON.stringify({ weight_map: { a: "one.safetensors", b: "one.safetensors" } }),
    );
    await expect(readSafetensorsFolder(sharded)).rejects.toThrow(/"b".*one\.safetensors/);
  });

  it("names a missing shard, a damaged index and a folder without weights", async () => {
    const broken = await mkdtemp(join(folder, "broken-"));
    await expect(readSafetensorsFolder(broken)).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    const index = join(broken, "model.safetensors.index.json");
    await writeFile(index, JSON.stringify({ weight_map: { a: "gone.safetensors" } }));
    await expect(readSafetensorsFolder(broken)).rejects.toThrow(/gone\.safetensors/);
    await writeFile(index, JSON.stringify({ weight_map: { a: "../outside.safetensors" } }));
    await expect(readSafetensorsFolder(broken)).rejects.toThrow(/weight_map.*"a"/);
    await writeFile(index, "{");
    await expect(readSafetensorsFolder(broken)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
  });

  itShared("reads a checkpoint that PyTorch wrote, and writes it back unchanged", async () => {
    const read = await readSafetensorsFolder(sharedPath("fixtures", "distilbert-tiny"));
    expect(read.get("distilbert.embeddings.word_embeddings.weight")!.dims).toEqual([600, 32]);
    const copy = join(folder, "copy.safetensors");
    await writeSafetensors(copy, read);
    const again = await readSafetensors(copy);
    expect(again.size).toBe(read.size);
    for (const [name, tensor] of read) expect(again.get(name)).toEqual(tensor);
  });
});
