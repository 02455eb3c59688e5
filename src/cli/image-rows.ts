import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BaalError } from "../core/errors.js";
import { sayPassedOver } from "../data/images/sources/image-classes.js";
import { imagesOfArchive, readImageArchive } from "../data/images/sources/read-image-archive.js";
import { imagesBelow, readImageFolder } from "../data/images/sources/read-image-folder.js";
import type { Row } from "../data/rows/row.js";
import { readClassNames, readRows, streamRows } from "../data/rows/stream-rows.js";
import { newDigest } from "../system/digest.js";
import { type DataFileOptions, readOptions } from "./data-file-options.js";

/** Where a command's images are. */
export type ImageSourceKind = "folder" | "archive" | "file";

/** Which column of the rows is the image and which the label; folders and archives have their own names for both. */
export interface ImageColumns {
  readonly image: string;
  readonly label: string;
}

/** Rows of images, whose relative paths are meant from `root`. */
export interface ImageRows {
  readonly rows: readonly Row[];
  readonly columns: ImageColumns;
  readonly root: string | undefined;
  /** The classes that the file names. */
  readonly classNames?: readonly string[] | undefined;
}

/** The kind of source that `path` is, by looking at it. Throws `E_FILE_NOT_FOUND`. */
export async function imageSourceKind(path: string): Promise<ImageSourceKind> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${path} is not there or cannot be read.`, { cause });
  });
  if (stats.isDirectory()) return "folder";
  return /\.(tar|tar\.gz|tgz)$/i.test(path) ? "archive" : "file";
}

const OWN_COLUMNS: ImageColumns = { image: "image", label: "label" };

const READERS: Readonly<
  Record<ImageSourceKind, (path: string, columns: ImageColumns, options: DataFileOptions) => Promise<ImageRows>>
> = {
  folder: async (path) => ({ rows: await readImageFolder(path), columns: OWN_COLUMNS, root: undefined }),
  archive: async (path) => ({ rows: await readImageArchive(path), columns: OWN_COLUMNS, root: undefined }),
  file: async (path, columns, options) => ({
    ...{ columns, root: dirname(path), classNames: (await readClassNames(path)).get(columns.label) },
    rows: await readRows(path, { columns: [columns.image, columns.label], ...readOptions(options) }),
  }),
};

/**
 * Labelled images: a folder with a subfolder per class, an archive of one, or a data file with a column of images.
 * Throws `E_FILE_NOT_FOUND`, `E_DATA`.
 */
export async function readLabelledImages(path: string, columns: ImageColumns, options: DataFileOptions): Promise<ImageRows> {
  return READERS[await imageSourceKind(path)](path, columns, options);
}

/** Images to predict, in an order that stays the same. */
export interface ImageListing {
  readonly rows: () => AsyncIterable<Row> | Iterable<Row>;
  /** Column of the image. */
  readonly column: string;
  readonly root: string | undefined;
  /** Whether the images stand in a data file, beside other columns. */
  readonly isFile: boolean;
  /** Names what is there, to notice when it has become something else. */
  readonly content: string;
}

const LISTINGS: Readonly<
  Record<ImageSourceKind, (path: string, column: string, options: DataFileOptions) => Promise<ImageListing>>
> = {
  folder: async (path) => listed((await namesBelow(path)).map((name) => ({ image: join(path, name), path: name }))),
  archive: async (path) => listed(await imagesOfArchive(path)),
  file: async (path, column, options) => ({
    ...{ column, root: dirname(path), isFile: true, content: `${(await stat(path)).size} bytes` },
    rows: () => streamRows(path, { columns: [column], ...readOptions(options) }),
  }),
};

/** All images of a folder, however deep, or of an archive, or of a data file's column. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function imagesToPredict(path: string, column: string, options: DataFileOptions): Promise<ImageListing> {
  return LISTINGS[await imageSourceKind(path)](path, column, options);
}

function listed(rows: readonly (Row & { readonly path: string })[]): ImageListing {
  const digest = newDigest();
  for (const { path } of rows) digest.update(`${path}\0`);
  const content = `${rows.length} images, ${digest.digest("hex").slice(0, 12)}`;
  return { rows: () => rows, column: OWN_COLUMNS.image, root: undefined, isFile: false, content };
}

/** Of all images, by path; what else is there is passed over, and told. Throws `E_DATA` where there are none. */
async function namesBelow(folder: string): Promise<string[]> {
  const { images, others } = await imagesBelow(folder);
  sayPassedOver(folder, others);
  return [...images].sort();
}
