/** Writes the images and labels as IDX files: `npx tsx datasets/shapes/generate.ts`. The same seed gives the same pixels. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeFileAtomic } from "../../src/system/files.js";
import { createShapes, type DrawnShape } from "./create-shapes.js";
import { imageSize } from "./draw-shape.js";
import { encodeIdx } from "./encode-idx.js";
import { shapeNames } from "./outlines.js";

async function write(split: string, shapes: readonly DrawnShape[]): Promise<void> {
  const save = (name: string, bytes: Uint8Array) =>
    writeFileAtomic(join(import.meta.dirname, `${split}-${name}.idx.gz`), gzipSync(bytes, { level: 9 }));
  const pixels = Buffer.concat(shapes.map((shape) => shape.pixels));
  await save("images", encodeIdx([shapes.length, imageSize, imageSize], pixels));
  await save(
    "labels",
    encodeIdx(
      [shapes.length],
      Uint8Array.from(shapes, ({ label }) => shapeNames.indexOf(label)),
    ),
  );
}

const { train, test } = createShapes({ seed: 20_240_608 });
await write("train", train);
await write("test", test);
