import type { LabelData } from "../../../src/studio/store/import-data.js";

const COUNT = 12_000;
const WORDS = "parcel card refund order late money account change where delivery broken phone invoice help please".split(" ");

/** Every hundredth is nearly the one before; every tenth has an answer, the first ones are excluded. */
function textOf(n: number): string {
  if (n % 100 === 99) return `${textOf(n - 1)}!`;
  return `${n} ${WORDS[n % 15]} ${WORDS[(n * 7) % 15]} ${n * 31} ${WORDS[(n * 11) % 15]} ${WORDS[Math.floor(n / 15) % 15]} ${n * 17}`;
}

const data: LabelData = {
  ...{ kind: "text", task: "single", labels: ["a", "b"], suggestions: new Map(), isRanked: false, leftOut: 0 },
  items: Array.from({ length: COUNT }, (_, n) => ({ content: textOf(n), source: `all.csv, row ${n}`, fields: { n } })),
  answers: new Map(Array.from({ length: COUNT / 10 }, (_, n) => [10 * n, [n % 2]])),
  facts: Array.from({ length: 50 }, (_, item) => ({ item, flag: "exclude" as const, value: 1 as const })),
};

/** What a child brings in that is killed, and whoever does it again. */
export const importedTexts = { data, source: "all.csv", validationShare: 0.1 };
