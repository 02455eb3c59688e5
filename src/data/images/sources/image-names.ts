const IMAGE_NAME = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/** Whether a file's name says that it is an image of a format that can be read; hidden files are not. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name) && !/(^|\/)\./.test(name);
}
