import { cifar10 } from "./cifar10.js";
import { clincOos } from "./clinc-oos.js";
import type { ExperimentDataset } from "./experiment-data.js";
import { imageFolder } from "./image-folder.js";
import { intents } from "./intents.js";
import { mnist, repeatedMnist } from "./mnist.js";
import { shapes } from "./shapes.js";
import { textFile } from "./text-file.js";

// Each data set's options are checked by its own schema before its own function gets them.
const ALL = [
  intents,
  shapes,
  clincOos,
  mnist,
  repeatedMnist,
  cifar10,
  imageFolder,
  textFile,
] as unknown as readonly ExperimentDataset[];

/** The data sets that experiments know, by name. */
export const experimentDatasets: ReadonlyMap<string, ExperimentDataset> = new Map(ALL.map((dataset) => [dataset.name, dataset]));
