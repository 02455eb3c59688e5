import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { BaalError } from "../../../core/errors.js";
import { readingError } from "../../rows/stream-text.js";
import type { PixelImage } from "../image-input.js";

/** An array of unsigned bytes. */
export interface IdxArray {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Uint8Array;
}

/** A row with an image as pixels, and its label where it has one. */
export interface PixelImageRow {
  readonly image: PixelImage;
  readonly label?: number | string | undefined;
  readonly [column: string]: unknown;
}

const UNSIGNED_BYTE = 8;

/**
 * Reads an IDX file (the format of MNIST: LeCun, Cortes & Burges 1998) of unsigned bytes, packed with gzip or not.
 * Throws `E_FILE_NOT_FOUND`; `E_DATA` for a file that is no IDX file, has numbers of another kind, or is cut short.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  let bytes: Buffer;
  try {
    const content = await readFile(path);
    bytes = content[0] === 0x1f && content[1] === 0x8b ? await promisify(gunzip)(content) : content;
  } catch (error) {
    throw readingError(path, error);
  }
  const rank = bytes[3] ?? 0;
  const start = 4 + 4 * rank;
  if (bytes.length < start || rank === 0 || bytes.readUInt16BE(0) !== 0)
    throw new BaalError("E_DATA", `${path} is no IDX file: its first bytes are wrong.`);
  if (bytes[2] !== UNSIGNED_BYTE) {
    const kind = bytes[2]!.toString(16).padStart(2, "0");
    throw new BaalError("E_DATA", `${path} holds numbers of the IDX kind 0x${kind}; unsigned bytes (0x08) are needed.`);
  }
  const dims = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (bytes.length - start !== count) {
    throw new BaalError(
      "E_DATA",
      `${path} says it has ${dims.join(" x ")} values, but ${bytes.length - start} bytes follow; it is damaged or cut short.`,
    );
  }
  return { dims, data: bytes.subarray(start) };
}

/**
 * Grey images `[n, height, width]` of an IDX file, and their labels from a second one, as rows. The pixels stay in memory, 1 byte each.
 * Throws as {@link readIdx}, and `E_DATA` where the files do not belong together.
 */
export async function readIdxImages(imagesPath: string, labelsPath?: string): Promise<PixelImageRow[]> {
  const { dims, data } = await readIdx(imagesPath);
  const [count, height, width] = dims;
  if (dims.length !== 3 || count === undefined || height === undefined || width === undefined)
    throw new BaalError("E_DATA", `${imagesPath} has ${dims.length} axes; images have 3: number, height, width.`);
  const labels = labelsPath === undefined ? undefined : await readIdx(labelsPath);
  if (labels !== undefined && (labels.dims.length !== 1 || labels.dims[0] !== count)) {
    throw new BaalError(
      "E_DATA",
      `${labelsPath} has values ${labels.dims.join(" x ")}; a label for each of the ${count} images of ${imagesPath} is needed.`,
    );
  }
  const size = height * width;
  return Array.from({ length: count }, (_, i) => {
    const image: PixelImage = { width, height, channels: 1, data: data.subarray(i * size, (i + 1) * size) };
    return labels === undefined ? { image } : { image, label: labels.data[i]! };
  });
}
