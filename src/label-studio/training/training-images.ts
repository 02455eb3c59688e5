import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { encodePng } from "../../data/images/decode-image.js";
import { atMost } from "../../data/images/image-downloads.js";
import { sha256 } from "../../system/digest.js";
import { writeFileAtomic } from "../../system/files.js";
import type { TaskInput } from "../contract/task-model.js";
import type { LoadTaskImage } from "../images/load-task-image.js";

export interface StoreImagesOptions {
  readonly load: LoadTaskImage;
  /** Names how the images are prepared: other ones do not take each other's place. */
  readonly preparation: string;
  /** Holds the images from one training to the next, and nothing else. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface StoredImages {
  /** Paths of image files by what the task says of its image. */
  readonly paths: ReadonlyMap<string, string>;
  readonly failures: readonly { readonly input: TaskInput; readonly error: BaalError }[];
}

/** So many images in memory at the same time. */
const AT_ONCE = 8;

/**
 * Gets the images of tasks into files of the model's size, without loss, since a training reads them many times and many of them are
 * more than the memory holds. Those that are there from the last training are not downloaded again; those that no task has any more are
 * removed. One that cannot be had is told, not thrown. Throws `E_ABORTED`, and what writing files throws.
 */
export async function storeImages(inputs: readonly TaskInput[], options: StoreImagesOptions): Promise<StoredImages> {
  const { load, preparation, folder, signal, onProgress } = options;
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  const wanted = new Map(inputs.map((input) => [input.value, { input, name: fileName(preparation, input.value) }]));
  const paths = new Map<string, string>();
  const failures: { readonly input: TaskInput; readonly error: BaalError }[] = [];
  const limited = atMost(AT_ONCE);
  const broken = new AbortController();
  const either = AbortSignal.any([signal, broken.signal]);
  let done = 0;
  const store = async (input: TaskInput, name: string) => {
    if (either.aborted) return;
    const path = join(folder, name);
    try {
      if (!present.has(name)) await writeFileAtomic(path, await encodePng(await load(input, { signal: either })));
      paths.set(input.value, path);
    } catch (error) {
      if (error instanceof BaalError && error.code === "E_IMAGE") failures.push({ input, error });
      else broken.abort(error);
    }
    onProgress?.(++done, wanted.size);
  };
  await Promise.all([...wanted.values()].map(({ input, name }) => limited(() => store(input, name))));
  throwIfAborted(signal, "The training");
  broken.signal.throwIfAborted();
  const names = new Set([...wanted.values()].map(({ name }) => name));
  for (const name of present) if (!names.has(name)) await rm(join(folder, name), { force: true, recursive: true });
  return { paths, failures };
}

function fileName(preparation: string, value: string): string {
  return `${sha256(preparation, "\0", value)}.png`;
}
