/**
 * Labels that differ only in blanks, case or Unicode form, as they come about by hand: lists of two and more, in the order in which they come.
 */
export function similarLabels(labels: Iterable<string>): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>();
  for (const label of labels) {
    const key = foldedLabel(label);
    const group = groups.get(key);
    if (group) group.add(label);
    else groups.set(key, new Set([label]));
  }
  return [...groups.values()].filter(({ size }) => size > 1).map((group) => [...group]);
}

/** What is left of a label without blanks around and more than one within, case and Unicode form. */
function foldedLabel(label: string): string {
  return tidied(label).toLowerCase().normalize("NFKC").toLowerCase();
}

function tidied(label: string): string {
  return label.normalize("NFC").trim().replace(/\s+/g, " ");
}

/**
 * One spelling for labels that differ only in blanks, case or Unicode form: the most frequent one, of equally frequent ones the first, without blanks
 * around it and with single ones within. Gives the function that does it.
 */
export function labelNormalizer(labels: Iterable<string>): (label: string) => string {
  const counts = new Map<string, Map<string, number>>();
  for (const label of labels) {
    const key = foldedLabel(label);
    const spellings = counts.get(key) ?? new Map<string, number>();
    counts.set(key, spellings.set(tidied(label), (spellings.get(tidied(label)) ?? 0) + 1));
  }
  const chosen = new Map(
    [...counts].map(([key, spellings]) => [key, [...spellings].reduce((best, next) => (next[1] > best[1] ? next : best))[0]]),
  );
  return (label) => chosen.get(foldedLabel(label)) ?? tidied(label);
}
