import { BaalError } from "../../../core/errors.js";
import type { ImageSource } from "../image-source.js";
import { isImageName } from "./read-image-folder.js";
import { type TarOptions, tarEntries } from "./tar-entries.js";

/** Options of {@link readImageArchive}. */
export interface ImageArchiveOptions extends TarOptions {
  /** Only images below this folder of the archive, such as `"cifar10/train"`. All by default. */
  readonly folder?: string | undefined;
}

/** An image in an archive, as a row of a data set. */
export interface ImageArchiveRow {
  readonly image: ImageSource;
  /** The folder that holds the image. */
  readonly label: string;
  /** Where the image is in the archive. */
  readonly path: string;
  readonly [column: string]: unknown;
}

/**
 * The images of a `.tar` or `.tar.gz` archive as rows, sorted by path; the folder that holds an image is its class. The files of
 * packed archives stay in memory as they are stored; those of plain `.tar` archives are read when they are needed.
 *
 * Throws `E_FILE_NOT_FOUND`, `E_DATA` for a damaged archive or one without such images, `E_ABORTED`.
 */
export async function readImageArchive(archive: string, options: ImageArchiveOptions = {}): Promise<ImageArchiveRow[]> {
  const folder = options.folder?.replace(/^(\.\/)+|\/+$/g, "");
  const wanted = (path: string) => isImageName(path) && (folder === undefined || path.startsWith(`${folder}/`));
  const entries = await tarEntries(archive, wanted, options);
  if (entries.length === 0) {
    const where = folder === undefined ? "" : ` below ${JSON.stringify(folder)}`;
    throw new BaalError("E_DATA", `${archive} has no images${where} (JPEG, PNG, WebP, GIF, TIFF, AVIF).`);
  }
  const rows = entries.map(({ path, bytes }) => ({
    image: { name: `${archive}/${path}`, bytes },
    label: path.split("/").at(-2) ?? "",
    path,
  }));
  return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
}
