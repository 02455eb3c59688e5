import type { Random } from "../../src/core/random.js";
import { expand, pick } from "./expand.js";
import { closings, contexts, openings, phrases } from "./grammar.js";

/** Puts what people write around a request before and after it: a greeting, something about their situation, thanks. */
export function wrap(request: string, domain: string | undefined, random: Random): string {
  let text = request;
  const situations = domain === undefined ? undefined : contexts[domain];
  if (situations && random.uniform() < 0.12) {
    const situation = expand(pick(situations, random), phrases, random);
    text = random.uniform() < 0.5 ? `${situation}${pick([", ", ". ", " and ", " so "], random)}${text}` : `${text}, ${situation}`;
  }
  if (random.uniform() < 0.14) text = `${politeness(random)} ${text}`;
  if (random.uniform() < 0.14)
    text = `${expand(pick(openings, random), phrases, random)}${pick([", ", " ", " - "], random)}${text}`;
  if (random.uniform() < 0.14) text = `${text}${pick([", ", " ", ". "], random)}${pick(closings, random)}`;
  return text;
}

/** Spelling as in a chat: some capitals, some punctuation, a slip of the finger in one text of twelve. */
export function spell(text: string, random: Random): string {
  let result = text;
  if (random.uniform() < 0.35)
    result = result
      .replace(/\bdo not\b/g, "don't")
      .replace(/\bcan not\b/g, "can't")
      .replace(/\bi am\b/g, "i'm");
  if (random.uniform() < 0.08) result = slip(result, random);
  if (random.uniform() < 0.25) result = result.charAt(0).toUpperCase() + result.slice(1);
  if (random.uniform() < 0.25) result += pick([".", "!", "?", "..", "??"], random);
  return result;
}

function politeness(random: Random): string {
  return pick(
    ["please", "could you", "i was wondering:", "would you mind,", "i'd like to ask,", "just", "can you tell me,"],
    random,
  );
}

/** Two letters swapped, one dropped, or one doubled. */
function slip(text: string, random: Random): string {
  const letters = [...text.matchAll(/[a-z]{2}/g)].map(({ index }) => index);
  if (letters.length === 0) return text;
  const at = pick(letters, random);
  const [first, second] = [text.charAt(at), text.charAt(at + 1)];
  const slips = [second + first, second, first + first + second];
  return text.slice(0, at) + pick(slips, random) + text.slice(at + 2);
}
