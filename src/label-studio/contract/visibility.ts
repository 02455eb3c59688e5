import type { XmlElement } from "./xml.js";

/** A rule by which the editor shows a control: another one's choice. */
export interface ShownWhen {
  /** The other control; any for `undefined`. */
  readonly control: string | undefined;
  /** One of these choices of it, by value or alias; any for `undefined`. */
  readonly choices: readonly string[] | undefined;
  /** Shown while nothing of this is chosen, in place of while something is. */
  readonly isUnselected: boolean;
}

/**
 * The rules of a control and of the elements around it (`visibleWhen`), all of which hold where it is shown; or the reason why nothing can be said of
 * a task as a whole.
 */
export function shownWhen(elements: readonly XmlElement[]): readonly ShownWhen[] | string {
  const rules: ShownWhen[] = [];
  for (const { attributes } of elements) {
    const when = attributes.get("visibleWhen");
    // Before anything is selected, which is how a prediction is shown, this is so.
    if (when === undefined || when === "" || when === "no-region-selected") continue;
    if (when === "region-selected")
      return "it is shown for a selected region only (visibleWhen), and single regions are not predicted";
    if (when !== "choice-selected" && when !== "choice-unselected") return `its visibleWhen="${when.slice(0, 50)}" is not known`;
    rules.push({
      control: attributes.get("whenTagName") || undefined,
      choices: attributes.get("whenChoiceValue")?.split(","),
      isUnselected: when === "choice-unselected",
    });
  }
  return rules;
}

/** What is chosen of a control, each choice by all its names. */
export type ChosenNames = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Whether the editor shows a control with these rules. */
export function isShown(rules: readonly ShownWhen[], chosen: ChosenNames): boolean {
  return rules.every(({ control, choices, isUnselected }) => {
    const names = control === undefined ? [...chosen.values()].flat() : (chosen.get(control) ?? []);
    const isSelected = names.some((own) => choices === undefined || own.some((name) => choices.includes(name)));
    return isSelected !== isUnselected;
  });
}
