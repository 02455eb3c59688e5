import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { BaalError, errorMessage } from "../../../core/errors.js";

/** An image of a class, as a row of a data set. `image` is the path. */
export interface ImageFileRow {
  readonly image: string;
  readonly label?: string | undefined;
  readonly [column: string]: unknown;
}

/**
 * The images of a folder as rows. With subfolders, each is a class, named as the subfolder, and its images may lie deeper;
 * without any the images have no label. Classes and images are sorted by name (by code unit), so that indices stay the same. Other
 * files, and files and folders whose names begin with a dot, are passed over.
 *
 * Throws `E_FILE_NOT_FOUND` for a folder that cannot be read, `E_DATA` for one without images, or with images both beside and in
 * subfolders.
 *
 * @example
 * ```ts
 * import { readImageFolder } from "baaljs/images";
 *
 * const rows = await readImageFolder("photos"); // a subfolder per class: [{ image: "photos/star/0.png", label: "star" }, ...]
 * ```
 */
export async function readImageFolder(folder: string): Promise<ImageFileRow[]> {
  const entries = await list(folder);
  const loose = entries.filter((entry) => entry.isFile() && isImageName(entry.name)).map(({ name }) => join(folder, name));
  const rows: ImageFileRow[] = [];
  for (const { name: label } of entries.filter((entry) => entry.isDirectory())) {
    for (const image of await imagesBelow(join(folder, label))) rows.push({ image, label });
  }
  if (rows.length > 0 && loose.length > 0) {
    throw new BaalError(
      "E_DATA",
      `${folder} has images of its own (${basename(loose[0]!)}) beside subfolders with images; each class needs a subfolder, or there must be none.`,
    );
  }
  if (rows.length === 0 && loose.length === 0)
    throw new BaalError("E_DATA", `${folder} has no images (JPEG, PNG, WebP, GIF, TIFF, AVIF).`);
  return rows.length > 0 ? rows : loose.map((image) => ({ image }));
}

async function imagesBelow(folder: string): Promise<string[]> {
  const images: string[] = [];
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) images.push(...(await imagesBelow(path)));
    else if (isImageName(entry.name)) images.push(path);
  }
  return images;
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new BaalError("E_FILE_NOT_FOUND", `The folder ${folder} could not be read: ${errorMessage(error)}`, { cause: error });
  }
}

const IMAGE_NAME = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/** Whether a file's name says that it is an image of a format that can be read; hidden files are not. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name) && !/(^|\/)\./.test(name);
}
