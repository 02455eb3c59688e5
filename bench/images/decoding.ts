import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { createRandom } from "../../src/core/random.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { BenchContext } from "../bench-context.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { createVgg, VGG16 } from "./vgg.js";

const [WIDTH, HEIGHT] = [500, 375];
const AT_ONCE = 8;
const MOST_WAITING = 1.1;

interface Case {
  readonly what: string;
  readonly images: number;
  readonly create: (threads: number) => ImageClassifier;
}

const CASES: readonly Case[] = [
  { what: "VGG16", images: 16, create: (threads) => createVgg(VGG16, threads) },
  {
    what: "a network of 5 narrow convolutions",
    images: 128,
    create: (threads) =>
      ImageClassifier.fromConfig(
        { architecture: "vgg", layers: [16, "M", 32, "M", 32, "M", 64, "M", 64, "M"], hiddenSizes: [64] },
        { labels: VGG_LABELS, threads, seed: 0 },
      ),
  },
];

const VGG_LABELS = Array.from({ length: 10 }, (_, i) => `class ${i}`);

/** JPEG files of a photograph's size on their way into models of 224x224 pixels. */
export const decoding: Measurement = {
  name: "decode",
  about: `JPEGs of ${WIDTH}x${HEIGHT} decoded, resized and normalised per second, and what models lose by waiting for them`,
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "baal-bench-"));
    try {
      const rows: Row[] = [];
      for (const one of CASES) rows.push(...(await measure(one, folder, context)));
      return rows;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure({ what, images, create }: Case, folder: string, context: BenchContext): Promise<Row[]> {
  const count = context.quick ? Math.ceil(images / 4) : images;
  const model = create(context.threads);
  const files = new ImageDataset(await writeJpegs(folder, count), { processor: model.processor });
  const inputs = Array.from({ length: count }, (_, i) => files.at(i).input);
  const pixels = await Promise.all(inputs.map((input) => input.load()));
  const decoded = {
    length: count,
    at: (index: number) => ({ index, target: undefined, input: { name: `${index}`, load: () => pixels[index]! } }),
  };
  const trainer = new BaalTrainer({ model });
  const times = await interleave(
    {
      decode: () => seconds(() => loadAll(inputs)),
      pixels: () => seconds(() => trainer.predictOnDataset(decoded, { iterations: 1 })),
      files: () => seconds(() => trainer.predictOnDataset(files, { iterations: 1 })),
    },
    { rounds: context.rounds, onRound: (round) => context.progress(`decode, ${what}: round ${round}`) },
  );
  const rate = (samples: readonly number[]) =>
    showSamples(
      samples.map((time) => count / time),
      { unit: "images/s", decimals: 1 },
    );
  // Decoding and computing share the cores: together they take their sum where no core is ever idle.
  const both = times.pixels.map((time, round) => time + times.decode[round]!);
  const waiting = median(roundRatios(times.files, both));
  return [
    {
      what: `JPEGs ${WIDTH}x${HEIGHT} to 224x224 pixels`,
      ours: rate(times.decode),
      comparedWith: `${what} on decoded pixels: ${rate(times.pixels)}`,
      ratio: median(roundRatios(times.pixels, times.decode)),
      target: "-",
      samples: { decodeSeconds: times.decode, pixelsSeconds: times.pixels, images: count },
    },
    {
      what: `... ${what} on the files`,
      ours: rate(times.files),
      comparedWith: `decoding, then computing: ${rate(both)}`,
      ratio: waiting,
      target: `time <= ${MOST_WAITING.toFixed(2)}`,
      met: waiting <= MOST_WAITING,
      notes: ["Both sides use all cores, so that the sum of both times is what a model takes that never waits for its images."],
      samples: { filesSeconds: times.files, images: count },
    },
  ];
}

/** As many at once as a model's batch asks for. */
async function loadAll(inputs: readonly ImageInput[]): Promise<void> {
  for (let start = 0; start < inputs.length; start += AT_ONCE) {
    await Promise.all(inputs.slice(start, start + AT_ONCE).map((input) => input.load()));
  }
}

/** Soft shapes with some noise, which take as many bytes as photographs do. */
async function writeJpegs(folder: string, count: number): Promise<{ readonly image: string }[]> {
  const random = createRandom(0);
  const bytes = (length: number, most: number) => Uint8Array.from({ length }, () => random.integer(0, most));
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const image = join(folder, `${i}.jpg`);
      const shapes = await sharp(bytes(20 * 15 * 3, 255), { raw: { width: 20, height: 15, channels: 3 } })
        .resize({ width: WIDTH, height: HEIGHT, kernel: "cubic" })
        .raw()
        .toBuffer();
      const noise = bytes(shapes.length, 24);
      const data = shapes.map((sample, j) => Math.min(255, sample + noise[j]!));
      await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .jpeg({ quality: 85 })
        .toFile(image);
      return { image };
    }),
  );
}
