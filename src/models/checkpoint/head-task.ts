import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { ModelConfig } from "./model-kind.js";
import { namesWithoutOutput } from "./model-labels.js";

/** Heads of transformers that are called "classifier" as well, and what they classify. */
const FOREIGN_HEADS: Readonly<Record<string, string>> = {
  TokenClassification: "labels the tokens of a text",
  MultipleChoice: "chooses between several texts",
};

/** The class of a head in config.json's `architectures` that does not classify texts, and what it does. */
function foreignHead(config: ModelConfig): { readonly name: string; readonly does: string } | undefined {
  for (const name of [config["architectures"]].flat()) {
    const task = /For([A-Z]\w+)$/.exec(String(name))?.[1];
    const does = task === undefined ? undefined : FOREIGN_HEADS[task];
    if (does !== undefined) return { name: String(name), does };
  }
  return undefined;
}

/** Throws `E_MODEL_FORMAT` for a head that does not classify whole inputs. */
export function refuseForeignHead(config: ModelConfig, source: string): void {
  const foreign = foreignHead(config);
  if (foreign === undefined) return;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${source}: its head (${foreign.name}) ${foreign.does}; a head that classifies whole texts is needed. Load the model's safetensors with { labels: [...] } to put a fresh one on its encoder.`,
  );
}

/**
 * A text checkpoint without a head that reads something else than whole texts, when classes are given for a fresh one.
 * Throws `E_MODEL_FORMAT` where none are.
 */
export function withoutForeignHead(
  config: ModelConfig,
  checkpoint: StateDict,
  { source, labels, last }: { readonly source: string; readonly labels: readonly string[] | undefined; readonly last: string },
): { readonly checkpoint: StateDict; readonly remarks: readonly string[] } {
  const foreign = foreignHead(config);
  if (foreign === undefined) return { checkpoint, remarks: [] };
  if (labels === undefined) refuseForeignHead(config, source);
  const kept = [...checkpoint].filter(([name]) => !name.startsWith("classifier.") && !name.startsWith(`${last}.`));
  return { checkpoint: new Map(kept), remarks: [`the head of ${foreign.name}, which ${foreign.does}, was left out`] };
}

/** What is remarkable about config.json's names for the outputs of a head. */
export function labelRemarks(config: ModelConfig, outputs: number | undefined): readonly string[] {
  const beyond = outputs === undefined ? [] : namesWithoutOutput(config, outputs);
  if (beyond.length === 0) return [];
  return [`config.json names outputs that the head of ${outputs} does not have: ${beyond.slice(0, 5).join(", ")}`];
}
