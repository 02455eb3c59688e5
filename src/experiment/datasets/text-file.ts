import { z } from "zod";
import { readRows } from "../../data/readers/read-rows.js";
import { dataFile } from "./data-file.js";
import { defineDataset } from "./experiment-data.js";

const column = z.string().min(1);

/** Texts of one's own. */
export const textFile = defineDataset({
  name: "text-file",
  about: "labelled texts in a .csv, .tsv, .jsonl, .json or .parquet file",
  licence: "your own",
  source: "your own",
  options: {
    path: z.string().min(1),
    /** Texts to test with, and to tune on, in files of the same columns. */
    testPath: z.string().min(1).optional(),
    validationPath: z.string().min(1).optional(),
    textColumn: column.default("text"),
    labelColumn: column.default("label"),
  },
  async load({ path, testPath, validationPath, textColumn, labelColumn }) {
    const read = (file: string | undefined) => (file === undefined ? [] : readRows(file, { columns: [textColumn, labelColumn] }));
    const paths = [path, validationPath, testPath].filter((file) => file !== undefined);
    return {
      ...{ kind: "text", columns: { input: textColumn, label: labelColumn } },
      ...{ train: await read(path), validation: await read(validationPath), test: await read(testPath) },
      files: await Promise.all(paths.map(dataFile)),
    };
  },
});
