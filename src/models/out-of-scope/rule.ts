import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { LastLayer, StateDict } from "../../core/bayesian-model.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type Features, toLengthOne } from "../../core/features.js";
import { matrixProduct } from "../../engine/runtime/matrix-product.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import { OUT_OF_SCOPE_SCORES, type OutOfScopeScore, type ScopeEvidence } from "./scores.js";

/** How well the rule did on the items that it was found on: held out, none of them trained on. */
export interface OutOfScopeFigures {
  readonly inScopeItems: number;
  readonly outOfScopeItems: number;
  /** Of the score: the chance that an item out of scope scores higher than one in scope. */
  readonly auroc: number;
  /** Share of the items in scope that are accepted and right (Larson et al. 2019). */
  readonly inScopeAccuracy: number;
  /** Share of the items out of scope that are rejected. */
  readonly outOfScopeRecall: number;
}

/** When a model does not answer: an item whose score is above the threshold belongs to none of its classes. Made by `fitOutOfScope`. */
export interface OutOfScopeRule {
  readonly score: OutOfScopeScore;
  readonly threshold: number;
  /** What such an item is called; none of the model's labels. */
  readonly label: string;
  readonly heldOut: OutOfScopeFigures;
  /** What the score keeps of the labelled items. */
  readonly kept: StateDict;
}

const RULE_FILE = "out_of_scope.json";
const KEPT_FILE = "out_of_scope.safetensors";

const share = z.number().min(0).max(1);
const schema = z.object({
  score: z.enum(Object.keys(OUT_OF_SCOPE_SCORES) as [OutOfScopeScore, ...OutOfScopeScore[]]),
  threshold: z.number(),
  label: z.string().min(1),
  heldOut: z.object({
    inScopeItems: z.number(),
    outOfScopeItems: z.number(),
    auroc: share,
    inScopeAccuracy: share,
    outOfScopeRecall: share,
  }),
});

/** Writes the rule beside a model's files; nothing where there is none. */
export async function saveOutOfScopeRule(folder: string, rule: OutOfScopeRule | undefined): Promise<void> {
  if (!rule) return;
  const { kept, ...json } = rule;
  await writeFile(join(folder, RULE_FILE), `${JSON.stringify(json, null, 2)}\n`);
  if (kept.size > 0) await writeSafetensors(join(folder, KEPT_FILE), kept);
}

/** The rule of a model's folder, if it has one. Throws `E_MODEL_FORMAT` for one that cannot be read. */
export async function loadOutOfScopeRule(folder: string): Promise<OutOfScopeRule | undefined> {
  const path = join(folder, RULE_FILE);
  if (!existsSync(path)) return undefined;
  const kept: StateDict = new Map();
  try {
    const rule = schema.parse(JSON.parse(await readFile(path, "utf8")));
    if (OUT_OF_SCOPE_SCORES[rule.score].reads === "features") {
      for (const [name, tensor] of await readSafetensors(join(folder, KEPT_FILE))) kept.set(name, tensor);
    }
    return { ...rule, kept };
  } catch (error) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${path} is no rule for items out of scope (${errorMessage(error)}). Remove it, or save the model again.`,
      { cause: error },
    );
  }
}

/** How far each item's score is above the threshold: above 0 it is out of scope. */
export async function beyondScope({ score, threshold, kept }: OutOfScopeRule, items: ScopeEvidence): Promise<Float32Array> {
  const scores = await OUT_OF_SCOPE_SCORES[score].score(items, kept);
  return Float32Array.from(scores, (value) => value - threshold);
}

/** The logits of a last layer for what it reads, and the latter in vectors of length 1. */
export async function scopeEvidence(features: Features, layer: LastLayer, state: StateDict): Promise<ScopeEvidence> {
  const { dims, data } = state.get(layer.weight)!;
  const [rows, columns] = dims as readonly [number, number];
  const x = { rows: features.shape[0], columns: features.shape[1], data: features.data };
  const logits = await matrixProduct(x, { rows, columns, data }, { transposeB: layer.layout === "out-in" });
  const bias = layer.bias === undefined ? undefined : state.get(layer.bias)!.data;
  const classes = logits.columns;
  if (bias) for (let i = 0; i < logits.data.length; i++) logits.data[i]! += bias[i % classes]!;
  return { classes, logits_N_C: logits.data, features: toLengthOne(features) };
}
