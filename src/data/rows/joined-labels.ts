/** What texts of several labels have between them: doccano's, ours and Label Studio's, and lists as people write them. */
const SEPARATORS = ["#", "|", ";", ","];

/**
 * What seems to stand between labels in texts that were taken for one label each: two or more have it, and everything between is a label by itself or
 * comes in several of them. `undefined` where nothing does: "Paris, France" and "C#" are labels as they are.
 */
export function joiningSeparator(labels: readonly string[]): string | undefined {
  const alone = new Set(labels);
  return SEPARATORS.find((separator) => {
    const lists = labels.filter((label) => label.includes(separator)).map((label) => partsOf(label, separator));
    const counts = new Map<string, number>();
    for (const part of lists.flat()) counts.set(part, (counts.get(part) ?? 0) + 1);
    return lists.length > 1 && [...counts].every(([part, count]) => part !== "" && (alone.has(part) || count > 1));
  });
}

/**
 * The lists that doccano's CSV writes as `a#b`: sorted, each label once. `undefined` where a text cannot be one, so that the labels themselves have the sign.
 */
export function doccanoLists(texts: readonly (string | undefined)[]): readonly (readonly string[] | undefined)[] | undefined {
  const lists = texts.map((text) => (text === undefined ? undefined : partsOf(text, "#")));
  const isOne = (list: readonly string[]) => list.every((part, i) => part !== "" && (i === 0 || list[i - 1]! < part));
  return lists.every((list) => list === undefined || isOne(list)) ? lists : undefined;
}

function partsOf(text: string, separator: string): readonly string[] {
  return text.split(separator).map((part) => part.trim());
}
