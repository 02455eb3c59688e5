import { LRUCache } from "lru-cache";
import { BaalError } from "../../core/errors.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { type Choice, leaves, nestedChoices } from "./choice.js";
import { type ParsedControl, parseControls } from "./label-config.js";
import { NUMBER_TAGS, type NumberRange, type NumberType, numberRange } from "./number-control.js";
import { type ShownWhen, shownWhen } from "./visibility.js";
import { parseXml, walkXml, type XmlElement } from "./xml.js";

/** How the editor decodes a text. */
export type TextEncodingName = "base64" | "base64unicode";

/** Where a control's text or image stands in a task. */
export interface ObjectSource {
  /** `Text`, `HyperText`, `Paragraphs` or `Image`. */
  readonly type: string;
  /** As written in the configuration: `$text`, `$meta.title`, `Title: $title`, or a literal. */
  readonly value: string;
  /** The data holds an address instead of the text. */
  readonly isUrl: boolean;
  /** The text is in this encoding. */
  readonly encoding?: TextEncodingName | undefined;
  /** Of paragraphs: the key of what was said; `text` by default. */
  readonly textKey?: string | undefined;
}

/** A Choices, Taxonomy, Rating or Number control over a text or an image that a model can answer. */
export interface ChoicesControl {
  /** What its regions are called; `"choices"` by default. */
  readonly type?: "choices" | "taxonomy" | NumberType | undefined;
  /** Of a Rating or a Number, which have no choices: the numbers that it takes. */
  readonly number?: NumberRange | undefined;
  readonly name: string;
  /** The one object that a region names. */
  readonly toName: string;
  readonly source: ObjectSource;
  readonly choice: "single" | "multiple";
  readonly choices: readonly Choice[];
  /** The expression (`$options`) whose value in each task lists further choices. */
  readonly dynamicChoices?: string | undefined;
  /** Results carry paths of choices in place of choices. */
  readonly isNested?: boolean | undefined;
  /** Where the editor shows it: always, without rules. What it does not show gets no prediction. */
  readonly shownWhen?: readonly ShownWhen[] | undefined;
}

/** The controls of a labelling configuration, as far as a model can answer them. */
export interface ChoicesControls {
  readonly controls: readonly ChoicesControl[];
  /** Controls that stay without predictions, and why: for the log. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

interface ObjectTags {
  readonly tags: readonly string[];
  readonly needed: string;
}

const objectTags: Readonly<Record<ModelKind, ObjectTags>> = {
  text: { tags: ["Text", "HyperText", "Paragraphs"], needed: "a Text, HyperText or Paragraphs object" },
  image: { tags: ["Image"], needed: "an Image object" },
};

interface PlacedElement {
  readonly element: XmlElement;
  /** The nearest last. */
  readonly ancestors: readonly XmlElement[];
}

/** The controls of a labelling configuration that this kind of classifier can answer. Throws `E_LABEL_CONFIG` for unusable XML. */
export function choicesControls(config: string, kind: ModelKind): ChoicesControls {
  if (config.trim() === "") return { controls: [], skipped: [] };
  const root = parseXml(config);
  const elements = new Map(
    [...walkXml(root)].map(({ element, ancestors }) => [element.attributes.get("name") ?? "", { element, ancestors }]),
  );
  const controls: ChoicesControl[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const [name, parsed] of Object.entries(parseControls(root))) {
    const control = choicesControl(name, parsed, { elements, ...objectTags[kind] });
    if (typeof control === "string") skipped.push({ name, reason: control });
    else controls.push(control);
  }
  return { controls, skipped };
}

const ENCODINGS: Readonly<Record<string, TextEncodingName | undefined>> = {
  none: undefined,
  base64: "base64",
  base64unicode: "base64unicode",
};

/** The control, or the reason why there will be no predictions for it. */
function choicesControl(
  name: string,
  parsed: ParsedControl,
  { elements, tags, needed }: ObjectTags & { readonly elements: ReadonlyMap<string, PlacedElement> },
): ChoicesControl | string {
  const { element, ancestors = [] } = elements.get(name) ?? {};
  const attributes = element?.attributes;
  const isTaxonomy = parsed.type === "Taxonomy";
  const numberType = NUMBER_TAGS[parsed.type];
  const isKnown = parsed.type === "Choices" || isTaxonomy || numberType !== undefined;
  if (!isKnown || element === undefined || attributes === undefined)
    return `only Choices, Taxonomy, Rating and Number are predicted, this is ${parsed.type}`;
  if (attributes.get("perRegion") === "true") return "it is about single regions (perRegion), which are not predicted";
  if (name.includes("{{")) return "it is repeated by a Repeater, which is not supported";
  const rules = shownWhen([...ancestors, element]);
  if (typeof rules === "string") return rules;
  const toName = parsed.to_name.find((object) => tags.includes(elements.get(object)?.element.tag ?? ""));
  const object = toName === undefined ? undefined : elements.get(toName)?.element;
  const value = object?.attributes.get("value");
  if (toName === undefined || object === undefined || !value) {
    const found = parsed.to_name.map((objectName) => `"${objectName}" (${elements.get(objectName)?.element.tag ?? "missing"})`);
    if (object?.attributes.get("valueList")) return "it is about several images at once (valueList), which is not supported";
    return `it needs ${needed} with a value, toName is ${found.join(", ")}`;
  }
  if (attributes.get("apiUrl")) return "its choices come from a server (apiUrl), which is not supported";
  const encoding = object.attributes.get("encoding") ?? "none";
  if (!(encoding in ENCODINGS))
    return `the encoding="${encoding}" of "${toName}" is not known; known are ${Object.keys(ENCODINGS).join(", ")}`;
  const textKey = object.attributes.get("textKey");
  const place = {
    ...{ name, toName },
    source: {
      ...{ type: object.tag, value, isUrl: object.attributes.get("valueType") === "url" },
      ...(ENCODINGS[encoding] && { encoding: ENCODINGS[encoding] }),
      ...(textKey && { textKey }),
    },
    ...(rules.length > 0 && { shownWhen: rules }),
  };
  if (numberType !== undefined) {
    const number = numberRange(numberType, attributes);
    return typeof number === "string" ? number : { ...place, type: numberType, number, choice: "single", choices: [] };
  }
  const dynamic = attributes.get("value");
  const isNested = isTaxonomy || attributes.get("allowNested") === "true";
  const nested = isNested ? nestedChoices(element) : [];
  return {
    ...place,
    ...(isTaxonomy && { type: "taxonomy" }),
    choice: (isTaxonomy ? attributes.get("maxUsages") !== "1" : attributes.get("choice") === "multiple") ? "multiple" : "single",
    choices: isNested
      ? attributes.get("leafsOnly") === "true"
        ? leaves(nested)
        : nested
      : Object.entries(parsed.labels_attrs).map(([label, own]) => ({ label, value: own["value"] ?? label })),
    ...(isNested && { isNested }),
    dynamicChoices: dynamic?.includes("$") ? dynamic : undefined,
  };
}

const others = { text: "image", image: "text" } as const satisfies Record<ModelKind, ModelKind>;

/** Label Studio sends the configuration with every request, and reading one of many labels takes longer than a small model's prediction. */
const known = {
  text: new LRUCache<string, ChoicesControls>({ max: 50 }),
  image: new LRUCache<string, ChoicesControls>({ max: 50 }),
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
