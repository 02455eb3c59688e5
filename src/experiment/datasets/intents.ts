import { fileURLToPath } from "node:url";
import { loadEmbeddedIntents } from "../../data/embedded.js";
import { dataFile } from "./data-file.js";
import { defineDataset } from "./experiment-data.js";

const path = fileURLToPath(new URL("../../../datasets/intents/intents.jsonl", import.meta.url));

/** The embedded intents. */
export const intents = defineDataset({
  name: "intents",
  about: "3,000 made-up short texts of some intents and out of scope, 1,000 to test; comes with the package",
  licence: "Apache-2.0",
  source: "this package, datasets/intents",
  options: {},
  async load() {
    const { train, test } = await loadEmbeddedIntents();
    return {
      ...{ kind: "text", train, validation: [], test, columns: { input: "text", label: "intent" }, outOfScopeLabel: "oos" },
      files: [await dataFile(path)],
    };
  },
});
