import { readFile } from "node:fs/promises";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";

/** A row of numbers for each of some items: features, probabilities, places on a map. */
export interface ItemRows {
  /** Numbers of the items, in the order of the rows. */
  readonly items: Uint32Array;
  readonly width: number;
  /** `[items, width]` */
  readonly data: Float32Array;
}

/** Begins a file: `IROW`, then uint32 count and width, the items (uint32), the rows (float32), all little-endian. */
const MAGIC = 0x574f5249;
const HEAD = 3;

/** Writes the rows to a file, which is whole at any time. */
export async function writeItemRows(path: string, { items, width, data }: ItemRows): Promise<void> {
  const bytes = ({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  await writeFileAtomic(path, [bytes(Uint32Array.of(MAGIC, items.length, width)), bytes(items), bytes(data)]);
}

/** Reads what {@link writeItemRows} wrote. Throws `E_CHECKPOINT` for a file that is something else. */
export async function readItemRows(path: string): Promise<ItemRows> {
  const file = await readFile(path);
  // A copy, from the start of a buffer of its own: views of numbers have to begin at a multiple of 4.
  const { buffer } = new Uint8Array(file);
  const [magic, count = 0, width = 0] = file.length < 4 * HEAD ? [] : new Uint32Array(buffer, 0, HEAD);
  if (magic !== MAGIC || file.length !== 4 * (HEAD + count + count * width))
    throw new BaalError("E_CHECKPOINT", `${path} is damaged, or is no file of rows of items: remove it, and it is made anew.`);
  return {
    items: new Uint32Array(buffer, 4 * HEAD, count),
    width,
    data: new Float32Array(buffer, 4 * (HEAD + count), count * width),
  };
}

/** The rows of some items, by their numbers; `undefined` for those that have none. */
export function rowLookup({ items, width, data }: ItemRows): (item: number) => Float32Array | undefined {
  const rows = new Map<number, number>();
  for (const [row, item] of items.entries()) rows.set(item, row);
  return (item) => {
    const row = rows.get(item);
    return row === undefined ? undefined : data.subarray(row * width, (row + 1) * width);
  };
}
