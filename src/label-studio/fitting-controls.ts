import { BaalError } from "../errors.js";
import type { ModelKind } from "../models/model-kind.js";
import { type ChoicesControls, choicesControls } from "./choices-controls.js";

const others = { text: "image", image: "text" } as const satisfies Record<ModelKind, ModelKind>;

/**
 * The controls that this kind of model can answer. Throws `E_LABEL_CONFIG` for unusable XML, and where the configuration asks about the
 * other kind of data alone: the server was started with the wrong model, and should say so before predictions stay empty.
 */
export function fittingControls(config: string, kind: ModelKind): ChoicesControls {
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
