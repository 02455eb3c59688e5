import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { BaalError } from "../../../core/errors.js";
import { readingError } from "../../rows/stream-text.js";
import type { PixelImage } from "../image-input.js";
import type { PixelImageRow } from "./read-idx.js";
import { type TarOptions, tarEntries } from "./tar-entries.js";

/** Options of {@link readCifar10}. */
export interface Cifar10Options extends TarOptions {
  /** Which of the set's files: `data_batch_1.bin` to `data_batch_5.bin`, or `test_batch.bin`. `"train"` by default. */
  readonly split?: "train" | "test" | undefined;
}

/** In the order of their numbers. */
const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] as const;

const FILES = { train: /^data_batch_\d+\.bin$/, test: /^test_batch\.bin$/ } as const;

const EDGE = 32;
const AREA = EDGE * EDGE;
const RECORD = 1 + 3 * AREA;

/**
 * CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images") in its binary version, as rows: `path` is the
 * folder of its `.bin` files, the archive of that folder (`.tar`, `.tar.gz`), or one `.bin` file. The pixels stay in memory, 3 KB an image.
 * Throws `E_FILE_NOT_FOUND`; `E_DATA` where the files are missing or damaged; `E_ABORTED`.
 */
export async function readCifar10(path: string, options: Cifar10Options = {}): Promise<PixelImageRow[]> {
  const { split = "train" } = options;
  const files = await batchFiles(path, FILES[split], options);
  if (files.length === 0)
    throw new BaalError("E_DATA", `${path} has none of CIFAR-10's files for ${split} (${FILES[split].source}).`);
  return files.flatMap(({ name, bytes }) => records(name, bytes));
}

interface BatchFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function batchFiles(path: string, pattern: RegExp, options: TarOptions): Promise<BatchFile[]> {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter((name) => pattern.test(name)).sort();
      return await Promise.all(names.map(async (name) => ({ name: join(path, name), bytes: await readFile(join(path, name)) })));
    }
    if (path.endsWith(".bin")) return [{ name: path, bytes: await readFile(path) }];
  } catch (error) {
    throw readingError(path, error);
  }
  const entries = await tarEntries(path, (name) => pattern.test(basename(name)), options);
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(entries.map(async (entry) => ({ name: `${path}/${entry.path}`, bytes: await entry.bytes() })));
}

function records(name: string, bytes: Uint8Array): PixelImageRow[] {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new BaalError(
      "E_DATA",
      `${name} has ${bytes.length} bytes, no multiple of ${RECORD} as CIFAR-10's files; it is damaged or cut short.`,
    );
  }
  return Array.from({ length: bytes.length / RECORD }, (_, i) => {
    const number = bytes[i * RECORD]!;
    const label = CLASSES[number];
    if (label === undefined) throw new BaalError("E_DATA", `${name}: image ${i} has the class ${number}; CIFAR-10 has 0 to 9.`);
    return { image: pixelsOf(bytes.subarray(i * RECORD + 1, (i + 1) * RECORD)), label };
  });
}

/** Red, green and blue planes to pixels. */
function pixelsOf(planes: Uint8Array): PixelImage {
  const data = new Uint8Array(3 * AREA);
  for (let i = 0, at = 0; i < AREA; i++) {
    for (let channel = 0; channel < 3; channel++) data[at++] = planes[channel * AREA + i]!;
  }
  return { width: EDGE, height: EDGE, channels: 3, data };
}
