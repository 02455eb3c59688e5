import { XMLParser, XMLValidator } from "fast-xml-parser";
import { BaalError, errorMessage } from "../../core/errors.js";

/** An element of a labelling configuration. Text between tags is dropped: configurations keep everything in attributes. */
export interface XmlElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

/** Room for tens of thousands of choices; more is no labelling configuration. */
const maxCharacters = 1_000_000;

const attributesKey = ":@";

/** Entities are decoded below: attribute values need white space normalised before, and unknown entities must stay as they are. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * Parses one XML element with its descendants. Document types, and with them every kind of custom or external entity, are
 * refused; so are more than 1,000,000 characters and tags nested deeper than about 100. Throws `E_LABEL_CONFIG`.
 */
export function parseXml(xml: string): XmlElement {
  if (xml.length > maxCharacters) {
    throw unusable(`it has ${xml.length} characters, at most ${maxCharacters} are accepted`);
  }
  if (hasDocumentType(xml)) throw unusable("it has a document type (<!DOCTYPE ...>), which is refused for safety: remove it");
  const validity = XMLValidator.validate(xml);
  if (validity !== true) throw unusable(`line ${validity.err.line}: ${validity.err.msg}`);
  const roots = elements(parseNodes(xml));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw unusable(`one root element was expected, ${roots.length} came`);
  return root;
}

/** An element and its descendants in document order, each with its ancestors (the nearest last). */
export function* walkXml(
  element: XmlElement,
  ancestors: readonly XmlElement[] = [],
): Generator<{ readonly element: XmlElement; readonly ancestors: readonly XmlElement[] }> {
  yield { element, ancestors };
  const path = [...ancestors, element];
  for (const child of element.children) yield* walkXml(child, path);
}

function parseNodes(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch (error) {
    throw unusable(errorMessage(error), error);
  }
}

function elements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Record<string, unknown>) => {
    const tag = Object.keys(node).find((key) => key !== attributesKey);
    if (tag === undefined || tag.startsWith("#")) return [];
    const attributes = Object.entries((node[attributesKey] ?? {}) as Record<string, string>);
    return [
      {
        tag,
        attributes: new Map(attributes.map(([name, value]) => [name, attributeValue(value)])),
        children: elements(node[tag]),
      },
    ];
  });
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** XML 1.0, section 3.3.3: literal white space becomes a space each; references to characters are taken as they are. */
function attributeValue(raw: string): string {
  return raw
    .replace(/\r\n|[\t\n\r]/g, " ")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (reference, decimal, hex, name) => {
      if (name !== undefined) return namedEntities.get(name) ?? reference;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
    });
}

/** Looks outside comments. Index by index, because a regular expression would take quadratic time on unclosed comments. */
function hasDocumentType(xml: string): boolean {
  let from = 0;
  while (true) {
    const open = xml.indexOf("<!", from);
    if (open < 0) return false;
    if (/^<!(?:doctype|entity)/i.test(xml.slice(open, open + 9))) return true;
    if (!xml.startsWith("<!--", open)) {
      from = open + 2;
      continue;
    }
    const close = xml.indexOf("-->", open + 4);
    if (close < 0) return false;
    from = close + 3;
  }
}

function unusable(reason: string, cause?: unknown): BaalError {
  return new BaalError("E_LABEL_CONFIG", `The labelling configuration is not usable XML: ${reason}.`, { cause });
}
