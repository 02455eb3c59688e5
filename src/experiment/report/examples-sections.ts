import { isDeepStrictEqual } from "node:util";
import { cellDetails, type StepDetail } from "./cell-details.js";
import type { Series } from "./merged-runs.js";
import type { ReportSection } from "./report-html.js";

/** Of each strategy. */
const MOST_ROUNDS = 6;

/** The most uncertain items and the picked ones, round by round. */
export async function examplesSections(series: readonly Series[]): Promise<ReportSection[]> {
  const shown = await Promise.all(
    series
      .filter(({ strategy }) => strategy !== "random")
      .map(async (one) => {
        const [seed] = one.seeds.keys();
        const details = seed === undefined ? [] : await cellDetails(one, seed);
        const roundsOf = (part: "uncertain" | "examples", isWanted: (detail: StepDetail) => boolean) =>
          evenly(
            details.flatMap((detail) => {
              const examples = detail[part] ?? [];
              return examples.length > 0 && isWanted(detail) ? [{ name: one.name, labels: detail.labels, examples }] : [];
            }),
            MOST_ROUNDS,
          );
        return {
          uncertain: roundsOf("uncertain", () => true),
          first: roundsOf("examples", ({ examples = [], uncertain = [] }) => !isDeepStrictEqual(examples, uncertain)),
        };
      }),
  );
  const what = "with its label, which was or would have been revealed, and its score; of the first seed, some of the rounds.";
  const sections = [
    {
      title: "Most uncertain",
      note: `The unlabelled items that the model was least sure of, by the strategy's own score, each ${what} Strategies that give no item a score are left out.`,
      rounds: shown.flatMap(({ uncertain }) => uncertain),
    },
    {
      title: "Picked first",
      note: `What each strategy picked first where that is not the most uncertain, each ${what}`,
      rounds: shown.flatMap(({ first }) => first),
    },
  ];
  return sections.filter(({ rounds }) => rounds.length > 0);
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
