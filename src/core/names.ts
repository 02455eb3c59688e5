/** The known name that was most likely meant, or `undefined` when none is near. Case, `_` and `-` do not count. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = simplified(name);
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(wanted, simplified(candidate)) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, wanted.length / 3) ? best.candidate : undefined;
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment): "lable" is one away from "label". */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution, swap));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** A glob over a parameter's name (`*`: any characters, dots included; `?`: one character) or a regular expression. */
export type NamePattern = string | RegExp;

/** Whether a name matches a pattern. A glob must match the whole name, a regular expression any part of it. */
export function matchesName(pattern: NamePattern, name: string): boolean {
  // search() neither reads nor moves lastIndex, so expressions with the g flag give the same answer each time.
  return name.search(typeof pattern === "string" ? globExpression(pattern) : pattern) >= 0;
}

function globExpression(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
