import type { Predictions } from "../../core/predictions.js";
import type { PixelImage } from "../../data/images/image-input.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";

export interface PredictorCall {
  readonly iterations: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /**
   * Whole numbers that name the inputs' draws, one each: an input of the same key has the same draws in whatever batch it comes. Their
   * positions by default. A predictor without such a thing leaves them aside.
   */
  readonly itemKeys?: readonly number[];
}

/** A model of texts. */
export interface TextPredictor {
  readonly kind?: "text";
  /** The names of the C classes, by class index. */
  readonly labels: readonly string[];
  /** Whether each label is predicted by itself; false by default. */
  readonly isMultiLabel?: boolean;
  /** Draws `[N, C, iterations]` for N texts, in their order. */
  predict(texts: readonly string[], options: PredictorCall): Promise<Predictions>;
}

/** A model of images. */
export interface ImagePredictor {
  readonly kind: "image";
  readonly labels: readonly string[];
  readonly isMultiLabel?: boolean;
  /** How images become its pixels. */
  readonly processor: ImageProcessor;
  /** Draws `[N, C, iterations]` for N images, in their order. They come resized as the processor says, but not cropped. */
  predict(images: readonly PixelImage[], options: PredictorCall): Promise<Predictions>;
}

/** What the server needs of a model. A model host, which runs it in another process, keeps the server answering meanwhile. */
export type Predictor = TextPredictor | ImagePredictor;
