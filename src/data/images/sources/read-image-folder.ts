import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../../core/errors.js";
import { imageClasses, isHidden, isImageName, passedOver, READ_FORMATS, sayPassedOver } from "./image-classes.js";

/** An image of a class, as a row of a data set. `image` is the path. */
export interface ImageFileRow {
  readonly image: string;
  readonly label?: string | undefined;
  readonly [column: string]: unknown;
}

/**
 * The images of a folder as rows. With subfolders, each is a class, named as the subfolder, and its images may lie deeper;
 * without any the images have no label. Classes and images are sorted by name (by code unit), so that indices stay the same. Hidden
 * files and folders are not looked at; other files are passed over with a warning that counts them by extension.
 *
 * Throws `E_FILE_NOT_FOUND` for a folder that cannot be read, `E_DATA` for one without images, with images both beside and in
 * subfolders, or whose subfolders are splits (train, test, ...).
 *
 * @example
 * ```ts
 * import { readImageFolder } from "baaljs/images";
 *
 * const rows = await readImageFolder("photos"); // a subfolder per class: [{ image: "photos/star/0.png", label: "star" }, ...]
 * ```
 */
export async function readImageFolder(folder: string): Promise<ImageFileRow[]> {
  const { images, others, folders } = await imagesBelow(folder);
  const labels = imageClasses(images, folder);
  sayPassedOver(folder, others, labels && folders.filter((name) => !labels.includes(name)));
  return images.map((path, i) => ({ image: join(folder, path), ...(labels && { label: labels[i] }) }));
}

/** What is in a folder, by path from it on. */
export interface ImageFiles {
  readonly images: readonly string[];
  /** Files that are no images that can be read. */
  readonly others: readonly string[];
  /** Its own subfolders. */
  readonly folders: readonly string[];
}

/** All images of a folder, however deep, and what else is there. Throws `E_FILE_NOT_FOUND`, and `E_DATA` where there are none. */
export async function imagesBelow(folder: string): Promise<ImageFiles> {
  const [images, others, folders]: [string[], string[], string[]] = [[], [], []];
  const visit = async (below: string) => {
    for (const entry of await list(join(folder, below))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (isHidden(path)) continue;
      if (entry.isDirectory()) {
        if (below === "") folders.push(entry.name);
        await visit(path);
      } else (isImageName(path) ? images : others).push(path);
    }
  };
  await visit("");
  if (images.length > 0) return { images, others, folders };
  const instead = passedOver(others);
  throw new BaalError("E_DATA", `${folder} has no images (${READ_FORMATS})${instead === undefined ? "" : `; ${instead}`}.`);
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new BaalError("E_FILE_NOT_FOUND", `The folder ${folder} could not be read: ${errorMessage(error)}`, { cause: error });
  }
}
