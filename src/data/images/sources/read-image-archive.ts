import { BaalError } from "../../../core/errors.js";
import type { ImageSource } from "../image-source.js";
import { imageClasses, isHidden, isImageName, passedOver, READ_FORMATS, sayPassedOver } from "./image-classes.js";
import { type TarOptions, tarEntries } from "./tar-entries.js";

/** Options of {@link readImageArchive}. */
export interface ImageArchiveOptions extends TarOptions {
  /** Only images below this folder of the archive, such as `"cifar10/train"`. By default the deepest folder that holds all images. */
  readonly folder?: string | undefined;
}

/** An image in an archive, without a class. */
export interface ArchivedImage {
  readonly image: ImageSource;
  /** Where the image is in the archive. */
  readonly path: string;
  readonly [column: string]: unknown;
}

/** An image in an archive, as a row of a data set. */
export interface ImageArchiveRow extends ArchivedImage {
  /** Its class; empty where the archive has no folders. */
  readonly label: string;
}

/**
 * The images of a `.tar` or `.tar.gz` archive as rows, sorted by path. Classes are those that `readImageFolder` finds in the unpacked folder: the
 * folders in `folder`, however deep an image lies below; where all images are in one folder, that one. The files of packed archives stay in
 * memory as they are stored; those of plain `.tar` archives are read when they are needed.
 *
 * Throws `E_FILE_NOT_FOUND`, `E_DATA` for a damaged archive, one without such images, or one whose folders are no classes; `E_ABORTED`.
 */
export async function readImageArchive(archive: string, options: ImageArchiveOptions = {}): Promise<ImageArchiveRow[]> {
  const rows = await imagesOfArchive(archive, options);
  const given = options.folder === undefined ? undefined : `${trimmed(options.folder)}/`;
  const root = given ?? sharedFolder(rows.map(({ path }) => path));
  const labels = imageClasses(
    rows.map(({ path }) => path.slice(root.length)),
    archive,
    (_archive, train) => `: readImageArchive(..., { folder: ${JSON.stringify(root + train)} }), or unpack the archive`,
  );
  const only = root.split("/").at(-2) ?? "";
  return rows.map((row, i) => ({ ...row, label: labels?.[i] ?? only }));
}

/** The images of an archive, sorted by path, without classes. Throws as {@link readImageArchive}. */
export async function imagesOfArchive(archive: string, options: ImageArchiveOptions = {}): Promise<ArchivedImage[]> {
  const folder = options.folder === undefined ? undefined : trimmed(options.folder);
  const others: string[] = [];
  const wanted = (path: string) => {
    if (isHidden(path) || (folder !== undefined && !path.startsWith(`${folder}/`))) return false;
    if (!isImageName(path)) others.push(path);
    return isImageName(path);
  };
  const entries = await tarEntries(archive, wanted, options);
  if (entries.length === 0) {
    const where = folder === undefined ? "" : ` below ${JSON.stringify(folder)}`;
    const instead = passedOver(others);
    const what = instead === undefined ? "" : `; ${instead}`;
    throw new BaalError("E_DATA", `${archive} has no images${where} (${READ_FORMATS})${what}.`);
  }
  sayPassedOver(archive, others);
  const rows = entries.map(({ path, bytes }) => ({ image: { name: `${archive}/${path}`, bytes }, path }));
  return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function trimmed(folder: string): string {
  return folder.replace(/^(\.\/)+|\/+$/g, "");
}

/** The folder that all images are in, with a slash at its end. */
function sharedFolder(paths: readonly string[]): string {
  const [first = ""] = paths;
  let shared = first.slice(0, first.lastIndexOf("/") + 1);
  while (shared !== "" && !paths.every((path) => path.startsWith(shared))) {
    shared = shared.slice(0, shared.lastIndexOf("/", shared.length - 2) + 1);
  }
  return shared;
}
