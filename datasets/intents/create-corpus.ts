import { type Random, restoreRandom } from "../../src/core/random.js";
import { spell, wrap } from "./disturb.js";
import { expand, pick, pickCommon } from "./expand.js";
import { phrases } from "./grammar.js";
import { intents } from "./intents.js";
import { outOfScope } from "./out-of-scope.js";

/** A text of the corpus. Out-of-scope texts have the intent `"oos"`. */
export interface CorpusRow {
  readonly text: string;
  readonly intent: string;
  readonly split: "train" | "test";
}

const sizes = { train: 2850, trainOutOfScope: 150, test: 800, testOutOfScope: 200 };

/** One training text in twelve says what an earlier one says, as in real logs. */
const repeats = 1 / 12;

/**
 * The whole corpus: a training pool in which some intents are frequent and some rare, and an even test split that
 * shares no text with it.
 */
export function createCorpus({ seed }: { readonly seed: number }): CorpusRow[] {
  // The seed's own bits as the state, as when the corpus was first made: its file is to stay as it is.
  const random = restoreRandom([-1, ~seed, seed, 0]);
  const names = Object.keys(intents);
  const weights = names.map((name) => intents[name]?.weight ?? 0);
  const taken = new Set<string>();
  const even = (count: number) => names.map((_, i) => Math.floor((count + i) / names.length));
  const test = [
    ...names.flatMap((name, i) => distinct(even(sizes.test)[i] ?? 0, () => intentText(name, random), taken)).map(row("test")),
    ...distinct(sizes.testOutOfScope, () => outOfScopeText(random), taken).map(row("test")),
  ];
  const shares = proportional(sizes.train, weights);
  const inTest = new Set(taken);
  const train = [
    ...names
      .flatMap((name, i) => withRepeats(shares[i] ?? 0, () => intentText(name, random), { taken, inTest, random }))
      .map(row("train")),
    ...withRepeats(sizes.trainOutOfScope, () => outOfScopeText(random), { taken, inTest, random }).map(row("train")),
  ];
  return [...random.shuffled(train), ...random.shuffled(test)];
}

interface Utterance {
  readonly text: string;
  readonly intent: string;
  /** The text in other words: wrapped and spelled anew. */
  readonly again: () => Utterance;
}

function intentText(name: string, random: Random): Utterance {
  const intent = intents[name];
  if (!intent) throw new Error(`There is no intent ${name}.`);
  return utterance(expand(pickCommon(intent.patterns, random), phrases, random), name, intent.domain, random);
}

function outOfScopeText(random: Random): Utterance {
  return utterance(expand(pick(outOfScope, random), phrases, random), "oos", undefined, random);
}

function utterance(request: string, intent: string, domain: string | undefined, random: Random): Utterance {
  const text = spell(wrap(request, domain, random), random);
  return { text, intent, again: () => utterance(request, intent, domain, random) };
}

const row =
  (split: CorpusRow["split"]) =>
  ({ text, intent }: Utterance): CorpusRow => ({ text, intent, split });

/** `count` utterances whose texts are not in `taken` (case and punctuation aside), where they are put. */
function distinct(count: number, make: () => Utterance, taken: Set<string>): Utterance[] {
  const result: Utterance[] = [];
  for (let attempt = 0; result.length < count; attempt++) {
    if (attempt > 100 * (count + 1)) throw new Error(`The grammar has fewer than ${count} ways to say what it should.`);
    const made = make();
    const key = letters(made.text);
    if (taken.has(key)) continue;
    taken.add(key);
    result.push(made);
  }
  return result;
}

interface RepeatOptions {
  /** Texts that an original may not repeat. */
  readonly taken: Set<string>;
  /** Texts that a copy may not repeat either. */
  readonly inTest: ReadonlySet<string>;
  readonly random: Random;
}

function withRepeats(count: number, make: () => Utterance, { taken, inTest, random }: RepeatOptions): Utterance[] {
  const copies = Math.round(count * repeats);
  const originals = distinct(count - copies, make, taken);
  const again = Array.from({ length: copies }, () => {
    const original = pick(originals, random);
    const copy = original.again();
    return inTest.has(letters(copy.text)) ? original : copy;
  });
  return [...originals, ...again];
}

function letters(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

/** Whole shares of `total` in proportion to the weights (largest remainder). */
function proportional(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const shares = exact.map(Math.floor);
  const byRemainder = exact.map((value, i) => ({ i, rest: value % 1 })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = total - shares.reduce((a, b) => a + b, 0);
  for (const { i } of byRemainder) if (left-- > 0) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}
