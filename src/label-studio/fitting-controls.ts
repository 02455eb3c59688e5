import { LruCache } from "../data/lru-cache.js";
import { BaalError } from "../errors.js";
import type { ModelKind } from "../models/model-kind.js";
import { type ChoicesControls, choicesControls } from "./choices-controls.js";

const others = { text: "image", image: "text" } as const satisfies Record<ModelKind, ModelKind>;

/** Label Studio sends the configuration with every request, and reading one of many labels takes longer than a small model's prediction. */
const known = {
  text: new LruCache<string, ChoicesControls>(50),
  image: new LruCache<string, ChoicesControls>(50),
} as const satisfies Record<ModelKind, unknown>;

/** A longer one (characters) is read anew each time, so that the memory stays small. */
const LONGEST_KEPT = 200_000;

/**
 * The controls that this kind of model can answer. Throws `E_LABEL_CONFIG` for unusable XML, and where the configuration asks about the
 * other kind of data alone: the server was started with the wrong model, and should say so before predictions stay empty.
 */
export function fittingControls(config: string, kind: ModelKind): ChoicesControls {
  const kept = known[kind].get(config);
  if (kept) return kept;
  const controls = readFittingControls(config, kind);
  if (config.length <= LONGEST_KEPT) known[kind].set(config, controls);
  return controls;
}

function readFittingControls(config: string, kind: ModelKind): ChoicesControls {
  const found = choicesControls(config, kind);
  if (found.controls.length > 0) return found;
  const other = others[kind];
  const [control] = choicesControls(config, other).controls;
  if (control === undefined) return found;
  throw new BaalError(
    "E_LABEL_CONFIG",
    `The labelling configuration asks about ${other}s ("${control.name}" is about the ${control.source.type} "${control.toName}"), ` +
      `and this server's model reads ${kind}s. Start baal serve with a model of ${other}s for this project.`,
  );
}
