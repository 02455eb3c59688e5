import { BaalError } from "../../core/errors.js";

/** What the first bytes of a text file say of it. */
export type ContentKind = "gzip" | "utf-8" | "utf-16le" | "utf-16be";

const MARKS: readonly (readonly [bytes: readonly number[], kind: ContentKind])[] = [
  [[0x1f, 0x8b], "gzip"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** Files that are no text, whatever their names say. */
const OTHERS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive, perhaps a workbook of a spreadsheet: unpack it, or save it as CSV UTF-8"],
  [[0xd0, 0xcf, 0x11, 0xe0], "a workbook of a spreadsheet: save it as CSV UTF-8"],
  [[0x28, 0xb5, 0x2f, 0xfd], "packed by zstd: unpack it"],
  [[0x42, 0x5a, 0x68], "packed by bzip2: unpack it"],
  [[0xfd, 0x37, 0x7a, 0x58], "packed by xz: unpack it"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file: name it .parquet"],
  [[0x41, 0x52, 0x52, 0x4f], "an Arrow file: name it .arrow"],
];

/** A packing, or the encoding that a byte-order mark names; `undefined` for text without one. */
export function contentKind(start: Uint8Array): ContentKind | undefined {
  return MARKS.find(([bytes]) => beginsWith(start, bytes))?.[1];
}

/** Throws `E_DATA` for bytes that are the beginning of no text. */
export function checkText(start: Uint8Array, path: string): void {
  const other = OTHERS.find(([bytes]) => beginsWith(start, bytes))?.[1];
  if (other !== undefined) throw new BaalError("E_DATA", `${path} is ${other}.`);
  if (contentKind(start) === undefined && start.subarray(0, 4).includes(0))
    throw new BaalError(
      "E_DATA",
      `${path} is text in UTF-16 without a byte-order mark, or no text; save it again with the encoding UTF-8.`,
    );
}

function beginsWith(start: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => start[i] === byte);
}
