import type { XmlElement } from "./xml.js";

/** A label of a control as the annotator sees it and as results carry it. */
export interface Choice {
  /** The word in a result: the alias if there is one, else the value. */
  readonly label: string;
  /** The word that the annotator reads. */
  readonly value: string;
  /** Of a nested choice (`allowNested`): the labels from the topmost choice down to this one, as results carry them. */
  readonly path?: readonly string[] | undefined;
}

/** Between the names of a nested choice, where they make one label. */
const SEPARATOR = " / ";

/** The label that a path of names makes, from the topmost choice down to the chosen one: `Billing / Refund`. */
export function pathLabel(names: readonly string[]): string {
  return names.join(SEPARATOR);
}

/** A choice below others: its label and value are whole paths. Without `parents` it stands for itself. */
export function nestedChoice(own: Choice, parents: readonly Choice[] | undefined): Choice {
  if (parents === undefined) return own;
  const path = [...parents, own];
  return {
    label: pathLabel(path.map(({ label }) => label)),
    value: pathLabel(path.map(({ value }) => value)),
    path: path.map(({ label }) => label),
  };
}

/** The choices of a control that are written in its configuration, each with what is above it. */
export function nestedChoices({ children }: XmlElement, parents: readonly Choice[] = []): readonly Choice[] {
  return children.flatMap((child) => {
    const value = child.attributes.get("value");
    if (child.tag !== "Choice" || !value) return nestedChoices(child, parents);
    const own = { label: child.attributes.get("alias") || value, value };
    return [nestedChoice(own, parents), ...nestedChoices(child, [...parents, own])];
  });
}

/** Those of nested choices that have none below them. */
export function leaves(choices: readonly Choice[]): readonly Choice[] {
  const parents = new Set(choices.flatMap(({ path = [] }) => (path.length > 1 ? [pathKey(path.slice(0, -1))] : [])));
  return choices.filter(({ path, label }) => !parents.has(pathKey(path ?? [label])));
}

/** Names may have the separator of labels in them. */
function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The choice of that alias or value; none without a name. */
export function namedChoice(choices: readonly Choice[], name: string | undefined): Choice | undefined {
  if (name === undefined) return undefined;
  return choices.find(({ label }) => label === name) ?? choices.find(({ value }) => value === name);
}
