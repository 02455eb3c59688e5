import { setImmediate as nextTurn } from "node:timers/promises";
import { choicesControls } from "../contract/choices-controls.js";
import { HttpError } from "../contract/http-error.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";

/** The labels of a control, and those of before. */
export interface ControlLabels {
  readonly control: string;
  /** As the configuration has them now. */
  readonly labels: readonly string[];
  /** Labels that the configuration does not have any more, most annotations first. */
  readonly gone: readonly {
    readonly label: string;
    readonly annotations: number;
    /** The label that it has become; null where its answers stay out. */
    readonly target: string | null;
  }[];
}

/** So many annotations are counted between two turns of the event loop. */
const PAGE = 5000;

/** What became of the labels of a project's controls with fixed choices. Throws `E_LABEL_CONFIG`, `E_STORE`. */
export async function controlLabels(
  store: Pick<Store, "labelCounts" | "labelMapping">,
  { id, labelConfig }: Pick<ProjectRecord, "id" | "labelConfig">,
): Promise<readonly ControlLabels[]> {
  const counts = new Map<string, number>();
  for (let after: number | undefined = -1; after !== undefined; ) {
    const page = store.labelCounts(id, after, PAGE);
    for (const { control, label, annotations } of page.counts) {
      const key = JSON.stringify([control, label]);
      counts.set(key, (counts.get(key) ?? 0) + annotations);
    }
    after = page.last;
    await nextTurn();
  }
  const mapping = store.labelMapping(id);
  return fixedControls(labelConfig).map(({ name, choices }) => {
    const known = new Set(choices.flatMap(({ label, value }) => [label, value]));
    const targets = new Map(mapping.filter(({ control }) => control === name).map(({ label, target }) => [label, target]));
    const found = [...counts].flatMap(([key, annotations]) => {
      const [control, label] = JSON.parse(key) as [string, string];
      return control !== name || known.has(label) ? [] : [{ label, annotations, target: targets.get(label) ?? null }];
    });
    return {
      control: name,
      labels: choices.map(({ label }) => label),
      gone: found.sort((a, b) => b.annotations - a.annotations || (a.label < b.label ? -1 : 1)),
    };
  });
}

/**
 * Says which label each label of before has become; null: its answers stay out. Replaces what was said of the control. Throws a 400 (`E_REQUEST`) that names the
 * control, or the label at fault and what is allowed.
 */
export function saveControlMapping(
  store: Pick<Store, "saveLabelMapping">,
  { id, labelConfig }: Pick<ProjectRecord, "id" | "labelConfig">,
  { control, labels }: { readonly control: string; readonly labels: Readonly<Record<string, string | null>> },
): void {
  const controls = fixedControls(labelConfig);
  const found = controls.find(({ name }) => name === control);
  if (found === undefined)
    throw refused(`control is one of ${controls.map(({ name }) => name).join(", ") || "none"}; ${JSON.stringify(control)} came`);
  const names = found.choices.map(({ label }) => label);
  const known = new Set(found.choices.flatMap(({ label, value }) => [label, value]));
  for (const [label, target] of Object.entries(labels)) {
    if (known.has(label))
      throw refused(`${JSON.stringify(label)} is a label of ${control} still: only labels of before are mapped`);
    if (target !== null && !names.includes(target))
      throw refused(
        `${JSON.stringify(label)} becomes one of ${names.slice(0, 50).join(", ")}, or null where its answers stay out; ${JSON.stringify(target)} came`,
      );
  }
  store.saveLabelMapping(
    id,
    control,
    Object.fromEntries(Object.entries(labels).map(([label, target]) => [label, target ?? undefined])),
  );
}

function fixedControls(labelConfig: string) {
  const controls = (["text", "image"] as const).flatMap((kind) => choicesControls(labelConfig, kind).controls);
  return controls.filter(({ dynamicChoices, number }) => dynamicChoices === undefined && number === undefined);
}

function refused(reason: string): HttpError {
  return new HttpError(400, "E_REQUEST", `The mapping of labels cannot be used: ${reason}.`);
}
