import { describe, expect, it } from "vitest";
import { loadedBy } from "./loaded-modules.js";

const source = (entry: string) => new URL(`../../src/entries/${entry}.ts`, import.meta.url).href;

/** Arrays in, numbers out: neither the engine nor what draws charts or checks schemas is there before it is used. */
const LIGHT = ["heuristics", "strategies", "metrics", "calibration"];

describe.each(LIGHT)("importing baaljs/%s", (entry) => {
  it("loads no native module, no package but the generator of random numbers, and no part of the engine that runs graphs", async () => {
    const { natives, packages, files } = await loadedBy(source(entry));
    expect(natives).toEqual([]);
    expect(
      packages.filter((name) => !["tsx", "esbuild", "get-tsconfig", "resolve-pkg-maps", "pure-rand"].includes(name)),
    ).toEqual([]);
    // The product of two matrices loads the engine when one is asked for.
    expect(files.filter((file) => /\/src\/engine\/(?!runtime\/matrix-product\.ts)/.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith(`/src/entries/${entry}.ts`))).toHaveLength(1);
  });
});

describe("importing baaljs/engine", () => {
  it("loads no native module, and no package but those that read and write ONNX", async () => {
    const { natives, packages } = await loadedBy(source("engine"));
    expect(natives).toEqual([]);
    expect(packages).toEqual(expect.arrayContaining(["@bufbuild/protobuf", "onnx-buf"]));
    expect(packages).not.toContain("onnxruntime-node");
  });

  it("leaves ONNX Runtime to the first session", async () => {
    const then = `
      const b = door.graphBuilder(door.createGraph("double"));
      b.output(b.mul(b.input("x", { dtype: "float32", shape: ["n"] }), b.scalar(2)), "y");
      const before = process.report.getReport().sharedObjects.some((path) => path.includes("onnxruntime"));
      const session = await door.createSession(b.graph);
      if (before || (await session.run({ x: [2] })).y.data[0] !== 4) throw new Error("not what was expected");`;
    expect((await loadedBy(source("engine"), { then })).packages).toContain("onnxruntime-node");
  });
});

it("importing baaljs leaves ONNX Runtime to the first session, sharp to the first image, and servers and charts to who uses them", async () => {
  const { natives, packages } = await loadedBy(new URL("../../src/index.ts", import.meta.url).href);
  expect(natives).toEqual([]);
  for (const name of ["onnxruntime-node", "sharp", "express", "echarts"]) expect(packages).not.toContain(name);
});

it("importing baaljs/images loads no native module", async () => {
  const { natives, packages } = await loadedBy(source("images"));
  expect(natives).toEqual([]);
  expect(packages).not.toContain("sharp");
});

describe("what is loaded when it is used", () => {
  it("ONNX Runtime, by a strategy that multiplies", async () => {
    const then = `
      const { features } = await import(${JSON.stringify(source("heuristics"))});
      const rows = features([3, 2], Float32Array.of(0, 0, 1, 0, 5, 5));
      const { indices } = await door.kCenterGreedy().select(rows, 2, door.createRandom(1));
      if (indices.length !== 2) throw new Error("nothing picked");`;
    const { natives, packages } = await loadedBy(source("strategies"), { then });
    expect(natives.some((path) => path.includes("onnxruntime"))).toBe(true);
    expect(packages).toContain("onnxruntime-node");
  });

  it("sharp, by an image that is resized", async () => {
    const then = `
      const processor = door.imageProcessor({ size: [4, 4], channels: 1 });
      const image = { width: 8, height: 8, channels: 1, data: new Uint8Array(64) };
      await new door.ImageDataset([{ image }], { processor }).at(0).input.load();`;
    expect((await loadedBy(source("images"), { then })).packages).toContain("sharp");
  });

  it("echarts, by a reliability diagram", async () => {
    const then = "if (!(await door.reliabilityDiagram([0.9, 0.1], [0])).includes('<svg')) throw new Error('no diagram');";
    expect((await loadedBy(source("metrics"), { then })).packages).toContain("echarts");
  });
});
