import { parseXml, walkXml, type XmlElement } from "./xml.js";

/** The data object that a control is about: `{"type": "Text", "valueType": null, "value": "text"}`. */
export interface ParsedInput {
  readonly type: string;
  readonly valueType: string | null;
  /** The key in the task's data, without its `$`. */
  readonly value?: string;
  readonly valueList?: string;
}

/** A control tag, in the words of Label Studio's `parse_config`. */
export interface ParsedControl {
  readonly type: string;
  readonly to_name: readonly string[];
  /** Index placeholders of repeaters that occur in `to_name`, with the pattern that stands for them. */
  readonly regex?: Readonly<Record<string, string>>;
  readonly conditionals?: { readonly type: "tag" | "label" | "choice"; readonly name: string };
  /** The labels come from each task's data. */
  readonly dynamic_labels?: true;
  readonly inputs: readonly ParsedInput[];
  /** The alias if there is one, else the value. */
  readonly labels: readonly string[];
  readonly labels_attrs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type ParsedLabelConfig = Readonly<Record<string, ParsedControl>>;

const labelTags: ReadonlySet<string> = new Set(["Label", "Choice", "Relation"]);
const notControls: ReadonlySet<string> = new Set(["Filter"]);

const conditions = [
  ["whenTagName", "tag"],
  ["whenLabelValue", "label"],
  ["whenChoiceValue", "choice"],
] as const;

/**
 * A labelling configuration as Label Studio's own `parse_config` gives it: one entry per control tag, by name. The empty string
 * has none. Throws `E_LABEL_CONFIG` for anything that is no well-formed, harmless XML.
 */
export function parseLabelConfig(xml: string): ParsedLabelConfig {
  return xml === "" ? {} : parseControls(parseXml(xml));
}

/** As {@link parseLabelConfig}, from parsed XML. */
export function parseControls(root: XmlElement): ParsedLabelConfig {
  const inputs = new Map<string, ParsedInput>();
  const controls = new Map<string, Omit<ParsedControl, "inputs" | "labels" | "labels_attrs">>();
  const labels = new Map<string, Map<string, Readonly<Record<string, string>>>>();
  const indexFlags: string[] = [];

  for (const { element, ancestors } of walkXml(root)) {
    const { attributes, tag } = element;
    const indexFlag = attributes.get("indexFlag");
    if (indexFlag !== undefined) indexFlags.push(indexFlag);
    const name = attributes.get("name");
    if (name && attributes.get("toName") && !notControls.has(tag)) {
      controls.set(name, parseControl(element, indexFlags));
    } else if (name && (attributes.get("value") || attributes.get("valueList"))) {
      inputs.set(name, parseInput(element));
    }
    if (!labelTags.has(tag)) continue;
    const control = ancestors
      .map((ancestor) => ancestor.attributes.get("name"))
      .findLast((ancestor) => controls.has(ancestor ?? ""));
    const label = attributes.get("alias") || attributes.get("value");
    if (control === undefined || !label) continue;
    const known = labels.get(control) ?? new Map();
    labels.set(control, known.set(label, Object.fromEntries(attributes)));
  }

  return Object.fromEntries(
    [...controls].map(([name, control]) => {
      const own = labels.get(name) ?? new Map();
      const about = control.to_name.flatMap((object) => inputs.get(object) ?? []);
      return [name, { ...control, inputs: about, labels: [...own.keys()], labels_attrs: Object.fromEntries(own) }];
    }),
  );
}

function parseControl(
  { tag, attributes }: XmlElement,
  indexFlags: readonly string[],
): Omit<ParsedControl, "inputs" | "labels" | "labels_attrs"> {
  const objects = (attributes.get("toName") ?? "").split(",");
  const flags = indexFlags.filter((flag) => objects.some((object) => object.includes(flag)));
  const condition =
    attributes.get("perRegion") === "true" ? conditions.find(([attribute]) => attributes.get(attribute)) : undefined;
  const dynamic = attributes.get("value")?.includes("$") || attributes.get("apiUrl");
  return {
    type: tag,
    to_name: objects,
    ...(flags.length > 0 && { regex: Object.fromEntries(flags.map((flag) => [flag, ".*"])) }),
    ...(condition && { conditionals: { type: condition[1], name: attributes.get(condition[0]) ?? "" } }),
    ...(dynamic && { dynamic_labels: true as const }),
  };
}

function parseInput({ tag, attributes }: XmlElement): ParsedInput {
  const value = attributes.get("value");
  const valueList = attributes.get("valueList");
  return {
    type: tag,
    valueType: attributes.get("valueType") ?? null,
    ...(value && { value: value.replace(/^\$+/, "") }),
    ...(valueList && { valueList: valueList.replace(/^\$+/, "") }),
  };
}
