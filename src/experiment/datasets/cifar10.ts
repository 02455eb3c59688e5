import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { loadHubDataset } from "../../data/hub/load-hub-dataset.js";
import { readCifar10 } from "../../data/images/sources/read-cifar10.js";
import { readImageArchive } from "../../data/images/sources/read-image-archive.js";
import { readImageFolder } from "../../data/images/sources/read-image-folder.js";
import { dataFile, findLocal } from "./data-file.js";
import { type DataPlace, defineDataset, type ExperimentData, namedLabels } from "./experiment-data.js";

const HUB = "uoft-cs/cifar10";
const BINARY = ["cifar-10-binary.tar.gz", "cifar-10-binary.tar", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin"];
const IMAGES = ["cifar10-subset.tar.gz", "cifar10.tar.gz", "cifar10.tar", "cifar10"];

/** Krizhevsky 2009: small photographs of ten kinds. */
export const cifar10 = defineDataset({
  name: "cifar10",
  about:
    "50,000 photographs of 32 x 32 pixels in ten classes, 10,000 to test; or as many as there are in an archive of image files",
  licence: "none named by the authors",
  source:
    "cs.toronto.edu/~kriz/cifar.html (Krizhevsky 2009): the binary version, its folder or archive; or an archive or folder cifar10 with train/<class>/ and test/<class>/; on the hub as uoft-cs/cifar10",
  options: { augment: z.enum(["weak", "strong"]).optional() },
  async load({ augment }, place) {
    const data = (await fromBinary(place)) ?? (await fromImages(place)) ?? (await fromHub(place));
    return augment === undefined ? data : { ...data, augment };
  },
});

const COMMON = {
  kind: "image",
  validation: [],
  columns: { input: "image", label: "label" },
  imageShape: [3, 32, 32],
  // Of CIFAR-10's training images.
  normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
} as const;

async function fromBinary(place: DataPlace): Promise<ExperimentData | undefined> {
  const path = await findLocal(place, BINARY);
  if (path === undefined) return undefined;
  const read = (split: "train" | "test") => readCifar10(path, { split, signal: place.signal });
  return { ...COMMON, train: await read("train"), test: await read("test"), files: [await dataFile(path)] };
}

async function fromImages(place: DataPlace): Promise<ExperimentData | undefined> {
  const path = await findLocal(place, IMAGES);
  if (path === undefined) return undefined;
  const isFolder = (await stat(path)).isDirectory();
  const read = (split: string) =>
    isFolder ? readImageFolder(join(path, split)) : readImageArchive(path, { folder: `cifar10/${split}` });
  return { ...COMMON, train: await read("train"), test: await read("test"), files: [await dataFile(path)] };
}

async function fromHub({ hub, signal = hub?.signal }: DataPlace): Promise<ExperimentData> {
  const read = (split: string) => loadHubDataset(HUB, { ...hub, signal, split, columns: ["img", "label"] });
  const [train, test] = [await read("train"), await read("test")];
  return {
    ...COMMON,
    ...{ train: namedLabels(train, "label", HUB), test: namedLabels(test, "label", HUB) },
    columns: { input: "img", label: "label" },
    files: await Promise.all([...train.files, ...test.files].map(dataFile)),
  };
}
