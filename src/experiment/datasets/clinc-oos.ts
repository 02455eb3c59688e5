import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { loadHubDataset } from "../../data/hub/load-hub-dataset.js";
import { type ClincSplit, readClinc } from "../../data/rows/read-clinc.js";
import { dataFile, findLocal } from "./data-file.js";
import { type DataPlace, defineDataset, type ExperimentData, namedLabels } from "./experiment-data.js";

const FILES = {
  full: "data_full.json",
  small: "data_small.json",
  imbalanced: "data_imbalanced.json",
  plus: "data_oos_plus.json",
} as const;

type Variant = keyof typeof FILES;

const HUB = "clinc/clinc_oos";

/** Larson et al. 2019: 150 intents, and texts that have none of them. */
export const clincOos = defineDataset({
  name: "clinc_oos",
  about: "150 intents of ten domains and out-of-scope texts",
  licence: "CC BY 3.0",
  source:
    "github.com/clinc/oos-eval (Larson et al. 2019, arXiv:1909.02027); on the hub as clinc/clinc_oos, without the variant full",
  options: {
    /** 100, 50, or 25 to 100 texts per intent with 100 out-of-scope texts; `"plus"`: 100 with 250 of those. */
    variant: z.enum(["full", "small", "imbalanced", "plus"]).default("full"),
  },
  async load({ variant }, place) {
    const file = FILES[variant];
    const path = await findLocal(place, [file, `clinc_oos/${file}`]);
    return path === undefined ? fromHub(variant, place) : fromFile(path);
  },
});

const COMMON = {
  kind: "text",
  columns: { input: "text", label: "intent" },
  outOfScopeLabel: "oos",
} as const;

async function fromFile(path: string): Promise<ExperimentData> {
  const read = (split: ClincSplit) => readClinc(path, { split });
  return {
    ...COMMON,
    ...{ train: await read("train"), validation: await read("val"), test: await read("test") },
    files: [await dataFile(path)],
  };
}

async function fromHub(variant: Variant, { dataDir, hub, signal = hub?.signal }: DataPlace): Promise<ExperimentData> {
  if (variant === "full") {
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${FILES.full} is not in ${dataDir ?? "a data folder (--data-dir)"}, and the hub has only the variants small, imbalanced and plus. Get the file from github.com/clinc/oos-eval (folder data).`,
    );
  }
  const read = async (split: string) => {
    const wanted = { config: variant, split, columns: [COMMON.columns.input, COMMON.columns.label] };
    const found = await loadHubDataset(HUB, { ...hub, signal, ...wanted });
    return { rows: namedLabels(found, COMMON.columns.label, HUB), files: found.files };
  };
  const [train, validation, test] = [await read("train"), await read("validation"), await read("test")];
  return {
    ...COMMON,
    ...{ train: train.rows, validation: validation.rows, test: test.rows },
    files: await Promise.all([train, validation, test].flatMap(({ files }) => files).map(dataFile)),
  };
}
