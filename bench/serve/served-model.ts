import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import type { BenchContext } from "../bench-context.js";
import { createBaseModel, DRAWS, MAX_SEQ_LEN } from "../text/base-model.js";
import { type LabelStudioClient, labelStudioClient } from "./label-studio-client.js";
import { type Started, start } from "./started.js";

/** The recipe of a small model, or the DistilBERT-base shape; both with random weights. */
export type Shape = "distilbert-mini" | "base";

export const titles: Readonly<Record<Shape, string>> = {
  "distilbert-mini": "small model (64 wide, 2 layers)",
  base: "DistilBERT-base shape",
};

/** A started server, as a user starts one. */
export interface ServedModel {
  readonly server: Started;
  readonly client: LabelStudioClient;
  readonly folder: string;
  /** Texts that no request had before, so that nothing can be remembered. */
  newTexts(count: number): readonly string[];
}

/** Gives `work` a started `baal serve` with a model of this shape; ends it afterwards. */
export async function withServedModel<T>(
  context: BenchContext,
  shape: Shape,
  work: (served: ServedModel) => Promise<T>,
): Promise<T> {
  const parent = await mkdtemp(join(tmpdir(), "baaljs-bench-serve-"));
  try {
    const folder = join(parent, "model");
    const labels = await writeModel(context, shape, folder);
    const options = ["--iterations", String(DRAWS), "--max-seq-len", String(MAX_SEQ_LEN), "--threads", String(context.threads)];
    const server = await start("src/cli/main.ts", [
      "serve",
      "--model",
      folder,
      "--port",
      "0",
      "--json",
      "--log-level",
      "error",
      ...options,
    ]);
    const { url } = JSON.parse(server.firstLine) as { readonly url: string };
    const client = labelStudioClient(url, labels);
    const texts = await context.sampleTexts(4000);
    let used = 0;
    const newTexts = (count: number) =>
      Array.from({ length: count }, () => `${texts[used % texts.length]} ${Math.floor(used++ / texts.length)}`);
    try {
      return await work({ server, client, folder, newTexts });
    } finally {
      client.close();
      await server.stop();
    }
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** Saves the model and gives its labels. */
async function writeModel(context: BenchContext, shape: Shape, folder: string): Promise<readonly string[]> {
  const rows = await readClinc(context.clinc, { split: "train" });
  const labels = [...new Set(rows.map(({ intent }) => intent))];
  const { threads } = context;
  const model =
    shape === "base"
      ? createBaseModel(await context.baseTokenizer(), threads, labels)
      : modelFromRecipe(await loadRecipe(shape), { texts: rows.map(({ text }) => text), labels, seed: 0, threads });
  await model.save(folder);
  return labels;
}
