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
