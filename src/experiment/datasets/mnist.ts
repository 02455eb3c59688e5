import { join } from "node:path";
import { z } from "zod";
import { createRandom } from "../../core/random.js";
import { loadHubDataset } from "../../data/hub/load-hub-dataset.js";
import { readIdxImages } from "../../data/images/sources/read-idx.js";
import type { Row } from "../../data/rows/row.js";
import { dataFile, findLocal } from "./data-file.js";
import { type DataPlace, defineDataset, type ExperimentData } from "./experiment-data.js";

const HUB = "ylecun/mnist";

const ABOUT = {
  licence: "MIT (as on the hub; the authors' page names none)",
  source:
    "yann.lecun.com/exdb/mnist (LeCun, Cortes and Burges 1998), IDX files packed with gzip or not; on the hub as ylecun/mnist",
};

/** Handwritten digits. */
export const mnist = defineDataset({
  name: "mnist",
  about: "60,000 handwritten digits of 28 x 28 pixels, 10,000 to test",
  ...ABOUT,
  options: { augment: z.enum(["weak", "strong"]).optional() },
  async load({ augment }, place) {
    const data = await readMnist(place);
    return augment === undefined ? data : { ...data, augment };
  },
});

/**
 * Repeated-MNIST of BatchBALD (Kirsch, van Amersfoort and Gal 2019, arXiv:1906.08158): every digit several times, each copy with Gaussian
 * noise of its own on the normalised pixels. The base set is cut before it is repeated: cutting afterwards would leave few items with
 * their copies, which make the case.
 */
export const repeatedMnist = defineDataset({
  name: "repeated-mnist",
  about: "MNIST with every training image several times and noise on each copy (BatchBALD's Repeated-MNIST)",
  ...ABOUT,
  options: {
    /** How often each image is there. */
    times: z.int().min(1).default(3),
    /** Standard deviation of the noise, in the unit of the normalised pixels. */
    noise: z.number().min(0).default(0.1),
    /** So many images of MNIST are drawn before repeating; all by default. */
    baseItems: z.int().min(1).optional(),
    /** Of that draw and of the noise. */
    seed: z.int().default(0),
  },
  async load({ times, noise, baseItems, seed }, place) {
    const data = await readMnist(place);
    const base = baseItems === undefined ? data.train : createRandom(seed).shuffled(data.train).slice(0, baseItems);
    const train = Array.from({ length: times }, () => base).flat();
    return { ...data, train, noise: { std: noise, seed } };
  },
});

/** Mean and deviation of MNIST's pixels, samples between 0 and 1, as the authors' code has them. */
const NORMALISATION = { mean: 0.1307, std: 0.3081 };

const COMMON = {
  kind: "image",
  validation: [],
  columns: { input: "image", label: "label" },
  imageShape: [1, 28, 28],
  normalisation: NORMALISATION,
} as const;

async function readMnist(place: DataPlace): Promise<ExperimentData> {
  const first = await findLocal(
    place,
    ["", "mnist/"].flatMap((folder) => ["", ".gz"].map((end) => `${folder}${FILES[0]}${end}`)),
  );
  if (first === undefined) return fromHub(place);
  const ending = first.endsWith(".gz") ? ".gz" : "";
  const folder = join(first, "..");
  const paths = FILES.map((file) => join(folder, `${file}${ending}`));
  return {
    ...COMMON,
    train: await readIdxImages(paths[0]!, paths[1]!),
    test: await readIdxImages(paths[2]!, paths[3]!),
    files: await Promise.all(paths.map(dataFile)),
  };
}

const FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] as const;

async function fromHub({ hub, signal = hub?.signal }: DataPlace): Promise<ExperimentData> {
  const read = (split: string) => loadHubDataset(HUB, { ...hub, signal, split, columns: ["image", "label"] });
  const [train, test] = [await read("train"), await read("test")];
  return {
    ...COMMON,
    ...{ train: train.rows as readonly Row[], test: test.rows },
    files: await Promise.all([...train.files, ...test.files].map(dataFile)),
  };
}
