import { BaalError } from "../../core/errors.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { type ChoicesControl, choicesControls } from "../contract/choices-controls.js";
import { labelMatcher } from "../contract/label-match.js";
import { contentKey } from "./cached-predictor.js";
import type { ModelPlace } from "./pooled-model.js";

/** A model that answers for projects without a trained one of their own, and that theirs are trained from. */
export interface BaseModel {
  readonly kind: ModelKind;
  readonly folder: string;
  /** `base-<hash of the folder's contents>`: the same after a restart. */
  readonly version: string;
  /** Of its own head. */
  readonly labels: readonly string[];
}

/** The base model of the kind that the labelling configuration asks about; the first one where that cannot be told. */
export function fittingBase(bases: readonly BaseModel[], labelConfig: string): BaseModel | undefined {
  return bases.find(({ kind }) => controlsOf(labelConfig, kind).length > 0) ?? bases[0];
}

/**
 * How a base model is loaded for a project that has no model yet, best first: with its own head where a control shares a label with it,
 * else with a random head for the project's labels, so that there are predictions and scores before the first training.
 */
export function basePlaces(base: BaseModel, labelConfig: string): readonly ModelPlace[] {
  const { kind, folder, version } = base;
  const plain = { key: version, folder, kind };
  const controls = controlsOf(labelConfig, kind);
  const choices = controls.flatMap((control) => control.choices);
  const labels = [...new Set(choices.map(({ label }) => label))];
  const isKnown = controls.some((control) => labelMatcher(base.labels)(control.choices, control.name).pairs.length > 0);
  if (isKnown || labels.length < 2) return [plain];
  return [{ ...plain, key: `${version} ${contentKey(JSON.stringify(labels)).name}`, labels }, plain];
}

/** A stored configuration that cannot be read asks about nothing: which model answers must not fail for it. */
function controlsOf(labelConfig: string, kind: ModelKind): readonly ChoicesControl[] {
  try {
    return choicesControls(labelConfig, kind).controls;
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_LABEL_CONFIG") return [];
    throw error;
  }
}
