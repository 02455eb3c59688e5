import type { ImageProcessor } from "../../data/images/image-processor.js";
import { readImageProcessor } from "../../data/images/read-image-processor.js";

/** How a model of images prepares them: as its files say; where they do not, the weights do. Throws what loading the model throws. */
export async function modelImageProcessor(folder: string): Promise<ImageProcessor> {
  const written = await readImageProcessor(folder);
  if (written) return written;
  const { ImageClassifier } = await import("../../models/images/image-classifier.js");
  return (await ImageClassifier.fromPretrained(folder)).processor;
}
