/**
 * Reading, preparing, checking and augmenting images.
 *
 * @module baaljs/images
 */

export { type ColourJitterOptions, colourJitter } from "../data/images/augment/adjust-colours.js";
export {
  type CutoutOptions,
  cutout,
  type HorizontalFlipOptions,
  horizontalFlip,
  type RandomCropOptions,
  type RotationOptions,
  randomCrop,
  rotation,
} from "../data/images/augment/geometry.js";
export type { AugmentableImage, ImageAugmentation } from "../data/images/augment/image-augmentation.js";
export { augmentImages, augmentInTurn } from "../data/images/augment/image-augmentation.js";
export {
  type RandAugmentOptions,
  randAugment,
  strongAugmentation,
  weakAugmentation,
} from "../data/images/augment/rand-augment.js";
export { type BadImage, type CheckImagesOptions, checkImages, withoutBadImages } from "../data/images/check-images.js";
export type { DecodeLimits } from "../data/images/decode-image.js";
export { type FetchImageOptions, fetchImage } from "../data/images/fetch-image.js";
export { ImageDataset, type ImageDatasetOptions } from "../data/images/image-dataset.js";
export type { ImageDownloadOptions } from "../data/images/image-downloads.js";
export type { ImageInput, ImagePixels, PixelImage } from "../data/images/image-input.js";

export {
  IMAGENET_MEAN,
  IMAGENET_STD,
  type ImageProcessor,
  type ImageProcessorSettings,
  type ResizeLike,
} from "../data/images/image-processor.js";
export type { ImageSource } from "../data/images/image-source.js";
export { imageProcessor, type PlainImageProcessorOptions } from "../data/images/plain-image-processor.js";
export { imageProcessorFromConfig } from "../data/images/preprocessor-config.js";
export { readImageProcessor } from "../data/images/read-image-processor.js";
export type { Resample } from "../data/images/resizing.js";
export { type Cifar10Options, readCifar10 } from "../data/images/sources/read-cifar10.js";
export { type IdxArray, type PixelImageRow, readIdx, readIdxImages } from "../data/images/sources/read-idx.js";
export { type ImageArchiveOptions, type ImageArchiveRow, readImageArchive } from "../data/images/sources/read-image-archive.js";
export { type ImageFileRow, readImageFolder } from "../data/images/sources/read-image-folder.js";
