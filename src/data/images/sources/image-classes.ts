import { BaalError } from "../../../core/errors.js";

const IMAGE_NAME = /\.(jpe?g|jpe|jfif|pjp|pjpeg|png|apng|webp|gif|tiff?|avif)$/i;

/** Formats that are read, for messages. */
export const READ_FORMATS = "JPEG, PNG, WebP, GIF, TIFF, AVIF";

/** Whether a file's name says that it is an image of a format that can be read; hidden files are not. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name) && !isHidden(name);
}

/** Files and folders that systems leave behind: hidden ones, archives' resource forks, thumbnails. */
export function isHidden(path: string): boolean {
  return /(^|\/)(\.|__MACOSX(\/|$)|Thumbs\.db$|desktop\.ini$)/i.test(path);
}

/** Folders that hold a part of a data set each, in the words of the hub and of Keras. */
const SPLIT_NAMES = new Set(["train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "evaluation"]);

/** How the parts of a data set are read one by one. */
export type SplitAdvice = (where: string, train: string, other: string | undefined) => string;

const ofFolder: SplitAdvice = (where, train, other) =>
  ` (--data ${where}/${train}${other === undefined ? "" : ` --eval-data ${where}/${other}`})`;

/**
 * The class of each image, by its path from the folder of the data on: the first folder, however deep the image lies below. `undefined`
 * where no image is in a folder. Throws `E_DATA` for images both beside and in folders, and for folders that are splits.
 */
export function imageClasses(
  paths: readonly string[],
  where: string,
  advice: SplitAdvice = ofFolder,
): readonly string[] | undefined {
  const classes = paths.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined));
  const loose = classes.indexOf(undefined);
  const names = [...new Set(classes.filter((name) => name !== undefined))].sort();
  if (names.length === 0) return undefined;
  if (loose >= 0) {
    throw new BaalError(
      "E_DATA",
      `${where} has images of its own (${paths[loose]}) beside subfolders with images; each class needs a subfolder, or there must be none.`,
    );
  }
  if (names.every((name) => SPLIT_NAMES.has(name.toLowerCase()))) {
    const train = names.find((name) => name.toLowerCase().startsWith("train")) ?? names[0]!;
    const other = names.findLast((name) => name !== train);
    throw new BaalError(
      "E_DATA",
      `${where} has the subfolders ${names.join(", ")}, which are parts of a data set and no classes: read one of them at a time${advice(where, train, other)}.`,
    );
  }
  return classes as string[];
}

/** Says, with a process warning, what of a folder or an archive is no image that can be read, by extension, and which classes have none. */
export function sayPassedOver(where: string, others: readonly string[], emptyClasses: readonly string[] = []): void {
  const parts = [passedOver(others), emptyClasses.length > 0 ? `no images in ${emptyClasses.join(", ")}` : undefined];
  const said = parts.filter((part) => part !== undefined).join("; ");
  if (said !== "") process.emitWarning(`${where}: ${said}.`, { type: "BaalWarning", code: "BAAL_PASSED_OVER" });
}

/** The number of files that are no images that can be read, in words; `undefined` where there are none. */
export function passedOver(others: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const path of others) {
    const extension = /(?<=[^/])\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? "without an extension";
    counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const list = [...counts].sort(([, a], [, b]) => b - a).map(([extension, count]) => `${count} ${extension}`);
  const shown = list.length > 8 ? [...list.slice(0, 8), `${list.length - 8} more kinds`] : list;
  const images = [...counts.keys()].filter((extension) => UNREAD_IMAGES.has(extension));
  const advice = images.length > 0 ? ` (${images.join(", ")} are not read: convert them to PNG or JPEG)` : "";
  return `passed over ${others.length} files that are no ${READ_FORMATS} images: ${shown.join(", ")}${advice}`;
}

const UNREAD_IMAGES = new Set(
  ".bmp .dib .ppm .pgm .pbm .pnm .heic .heif .ico .tga .jp2 .j2k .jxl .svg .psd .exr .hdr .dng .cr2 .nef .arw .pcx".split(" "),
);
