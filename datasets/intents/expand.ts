import type { Random } from "../../src/core/random.js";

/**
 * A random text of a pattern: `(a|b)` picks one, `[a]` is there or not, `{name}` is one of `phrases[name]`, which may
 * be patterns themselves. Throws for a pattern whose brackets do not match or whose name is unknown.
 */
export function expand(pattern: string, phrases: Readonly<Record<string, readonly string[]>>, random: Random): string {
  let text = pattern;
  for (;;) {
    const innermost = /\(([^()[\]{}]*)\)|\[([^()[\]{}]*)\]|\{(\w+)\}/.exec(text);
    if (!innermost) break;
    const [whole, choice, optional, name] = innermost;
    const replacement = choose(choice, optional, name, phrases, random);
    text = text.slice(0, innermost.index) + replacement + text.slice(innermost.index + whole.length);
  }
  if (/[()[\]{}|]/.test(text)) throw new Error(`The brackets of the pattern ${JSON.stringify(pattern)} do not match.`);
  return text.replace(/\s+/g, " ").replace(/ ,/g, ",").trim();
}

/** A random element. */
export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}

/** A random element; the earlier ones come more often, as some ways to say a thing are common and others rare. */
export function pickCommon<T>(items: readonly T[], random: Random): T {
  return pick([items[Math.floor(items.length * random.uniform() ** 3)] ?? pick(items, random)], random);
}

function choose(
  choice: string | undefined,
  optional: string | undefined,
  name: string | undefined,
  phrases: Readonly<Record<string, readonly string[]>>,
  random: Random,
): string {
  if (choice !== undefined) return pick(choice.split("|"), random);
  if (optional !== undefined) return random.uniform() < 0.5 ? pick(optional.split("|"), random) : "";
  const candidates = phrases[name ?? ""];
  if (!candidates) throw new Error(`The grammar has no phrases named "${name}".`);
  return pick(candidates, random);
}
