import type { OptionRules } from "../../src/core/option-rules.js";
import { featureHeuristicRecords, heuristicRecords } from "../../src/heuristics/registry.js";
import { strategyRecords } from "../../src/strategies/registry.js";

interface Named {
  readonly name: string;
  readonly options: OptionRules;
  readonly needs: readonly string[];
  readonly doc: string;
}

/** Every heuristic and strategy by its name, with needs and options, from the records that checks and commands are made of. */
export function strategyNamesTable(): string {
  const heuristics: readonly Named[] = [...Object.values(heuristicRecords), ...Object.values(featureHeuristicRecords)];
  const strategies = Object.values(strategyRecords);
  const [example] = heuristics;
  const rankings = strategies.filter(({ name }) => name.endsWith(`:${example?.name}`)).map((record) => ranking(record, example));
  return [
    "Heuristics:",
    "",
    ...table(heuristics),
    "",
    "Strategies that rank by a heuristic, `power:entropy` for example:",
    "",
    ...table(rankings),
    "",
    "Strategies of their own:",
    "",
    ...table(strategies.filter(({ name }) => !name.includes(":"))),
    "",
    `That makes ${strategies.length} names; \`subset:10000:NAME\` is one over a random part of the pool.`,
    "",
  ].join("\n");
}

/** A ranking without what it has of the heuristic that it was found with. */
function ranking({ name, options, doc }: Named, heuristic: Named | undefined): Named {
  const own = Object.entries(options).filter(([option]) => !Object.hasOwn(heuristic?.options ?? {}, option));
  const [way = ""] = name.split(":");
  return { name: `${way}:...`, needs: ["the heuristic's"], options: Object.fromEntries(own), doc: doc.split(":")[0] ?? doc };
}

function table(records: readonly Named[]): string[] {
  return [
    "| name | picks | needs | options |",
    "| --- | --- | --- | --- |",
    ...records.map(({ name, doc, needs, options }) => {
      const rules = Object.entries(options).map(([option, { help }]) => `\`${option}\`: ${help}`);
      return `| \`${name}\` | ${doc} | ${needs.join(", ") || "nothing"} | ${rules.join(". ").replaceAll("|", "\\|")} |`;
    }),
  ];
}
