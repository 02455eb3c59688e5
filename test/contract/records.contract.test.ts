import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addPredictOptions } from "../../src/cli/predict-options.js";
import { addServeOptions } from "../../src/cli/serve-options.js";
import type { OptionRules } from "../../src/core/option-rules.js";
import * as heuristicsDoor from "../../src/entries/heuristics.js";
import * as strategiesDoor from "../../src/entries/strategies.js";
import { strategyOf, strategySpec } from "../../src/experiment/strategy-spec.js";
import { bald } from "../../src/heuristics/bald.js";
import { fewestDraws, type Need } from "../../src/heuristics/heuristic.js";
import {
  featureHeuristicNames,
  featureHeuristicRecords,
  getFeatureHeuristic,
  getHeuristic,
  heuristicNames,
  heuristicRecords,
} from "../../src/heuristics/registry.js";
import { scoreNames, scoreRecord } from "../../src/label-studio/contract/score.js";
import { findStrategy, getStrategy, strategyNames, strategyRecords } from "../../src/strategies/registry.js";

interface AnyRecord {
  readonly name: string;
  readonly options: OptionRules;
  readonly needs: readonly Need[];
  readonly fewestDraws: number;
  readonly doc: string;
}

/** Heuristics that more than a name makes, or that score what no classifier predicts. */
const WITHOUT_NAME: readonly string[] = ["regressionvariance"];

/** What the functions that a room exports make when they are given nothing, or a heuristic: the factories are among them. */
async function madeIn(room: string): Promise<readonly object[]> {
  const folder = new URL(`../../src/${room}/`, import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const made: object[] = [];
  for (const file of files) {
    const exported: Readonly<Record<string, unknown>> = await import(fileURLToPath(new URL(file, folder)));
    for (const make of Object.values(exported)) {
      if (typeof make !== "function") continue;
      for (const args of [[], [bald()]]) {
        try {
          const value: unknown = make(...args);
          if (value instanceof Promise) value.catch(() => {});
          else if (typeof value === "object" && value !== null) made.push(value);
        } catch {
          // No factory, or one that needs more.
        }
      }
    }
  }
  return made;
}

const namesOf = (made: readonly object[], method: string) =>
  new Set(made.filter((value) => method in value && "needs" in value).map((value) => String((value as { name?: unknown }).name)));

/** The words that an option of a command offers. */
const choicesOf = (command: Command, flag: string) => command.options.find(({ long }) => long === flag)?.argChoices;

describe("a record", () => {
  it("is there for each heuristic that a file makes", async () => {
    const made = await madeIn("heuristics");
    for (const name of namesOf(made, "score"))
      expect([...heuristicNames, ...WITHOUT_NAME], `"${name}" has no line in src/heuristics/registry.ts`).toContain(name);
    for (const name of namesOf(made, "scoreFeatures"))
      expect(featureHeuristicNames, `"${name}" has no line in src/heuristics/registry.ts`).toContain(name);
    expect(namesOf(made, "score").size).toBeGreaterThanOrEqual(heuristicNames.length);
  });

  it("is there for each strategy that a file makes", async () => {
    const names = namesOf(await madeIn("strategies"), "select");
    for (const name of names) expect(strategyNames, `"${name}" has no line in src/strategies/registry.ts`).toContain(name);
    const alone = strategyNames.filter((name) => !name.includes(":"));
    expect([...names]).toEqual(expect.arrayContaining([...alone, "topk:bald", "power:bald", "softmax:bald", "softrank:bald"]));
  });

  it("is public: the doors export what makes each heuristic and strategy", async () => {
    const doors = [heuristicsDoor, strategiesDoor].flatMap((door) => Object.values(door) as unknown[]);
    for (const { make } of [...Object.values(heuristicRecords), ...Object.values(featureHeuristicRecords)])
      expect(doors).toContain(make);
    for (const { name, make } of Object.values(strategyRecords)) if (!name.includes(":")) expect(doors).toContain(make);
  });
});

const RECORDS: readonly (readonly [
  string,
  AnyRecord,
  (name: string) => { readonly name: string; readonly needs: readonly Need[] },
])[] = [
  ...Object.entries(heuristicRecords).map(([key, record]) => [key, record, getHeuristic] as const),
  ...Object.entries(featureHeuristicRecords).map(([key, record]) => [key, record, getFeatureHeuristic] as const),
  ...Object.entries(strategyRecords).map(([key, record]) => [key, record, getStrategy] as const),
];

describe.each(RECORDS)("the record of %s", (key, { name, options, needs, fewestDraws: fewest, doc }, get) => {
  it("agrees with what it makes, by its name in any case of letters", () => {
    expect(name).toBe(key);
    expect(name).toBe(name.toLowerCase());
    const made = get(name.toUpperCase());
    expect(made.name).toBe(name);
    expect(made.needs).toEqual(needs);
    expect(fewest).toBe(fewestDraws(needs));
  });

  it("explains it and its options", () => {
    expect(doc).toMatch(/^\S.{9,}[^.\s]$/);
    for (const { help, expects, accepts } of Object.values(options)) {
      expect(help).toMatch(/^\S.{9,}[^.\s]$/);
      expect(expects).not.toBe("");
      for (const value of [undefined, null, {}, [], "?", Number.NaN]) expect(accepts(value)).toBe(false);
    }
  });
});

describe("every list", () => {
  const own = ({ needs }: AnyRecord) => needs.length > 0 && needs.every((need) => need === "probabilities" || need === "draws");

  it("of commands and servers holds the heuristics that it can serve", () => {
    const usable = Object.values(heuristicRecords).filter(own);
    expect(choicesOf(addPredictOptions(new Command()), "--heuristic")).toEqual([...usable.map(({ name }) => name), "random"]);
    const bounded = usable.filter(({ make }) => make().upperBound(2) < Number.POSITIVE_INFINITY).map(({ name }) => name);
    expect(choicesOf(addServeOptions(new Command()), "--score")).toEqual(bounded);
    expect(scoreNames).toEqual(bounded);
    expect(bounded).toEqual(expect.arrayContaining(["bald", "entropy", "margin", "certainty", "variance", "voteentropy"]));
  });

  it("refuses what it does not hold, with those that it does", () => {
    const refused = (names: readonly string[]) =>
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(names.join(", ")) });
    for (const name of ["epig", "random", "energy", "knndistance"]) expect(() => scoreRecord(name)).toThrow(refused(scoreNames));
    expect(() => getHeuristic("knndistance")).toThrow(refused(heuristicNames));
    expect(() => getStrategy("topk:voteentropie")).toThrow(refused(strategyNames));
  });

  it("of strategies holds each way to pick over each heuristic", () => {
    const rankable = [...heuristicNames.filter((name) => name !== "random"), ...featureHeuristicNames];
    const expected = ["topk", "power", "softmax", "softrank"].flatMap((way) => rankable.map((name) => `${way}:${name}`));
    expect(strategyNames.filter((name) => name.includes(":"))).toEqual(expected);
  });

  it("is looked up in any case of letters: commands, servers, experiments", () => {
    for (const name of ["voteEntropy", "voteentropy", "VoteEntropy", "VOTEENTROPY"]) {
      const parsed = (command: Command, ...args: string[]) => command.exitOverride().parse(args, { from: "user" }).opts();
      const predict = ["--model", "m", "--data", "d.csv", "--output", "o.csv", "--heuristic", name];
      expect(parsed(addPredictOptions(new Command()), ...predict)["heuristic"]).toBe("voteentropy");
      expect(parsed(addServeOptions(new Command()), "--score", name)["score"]).toBe("voteentropy");
      expect(scoreRecord(name).name).toBe("voteentropy");
      expect(strategyOf(strategySpec.parse(`Power:${name}`)).name).toBe("power:voteentropy");
    }
  });
});

it("a strategy's record has the options of its heuristic, whatever part of the pool it sees", () => {
  expect(Object.keys(findStrategy("Power:Bald").options)).toEqual(["beta", "labelReduction", "allowSingleDraw"]);
  const subset = findStrategy("Subset:50:TopK:Entropy");
  expect(subset).toMatchObject({ name: "subset:50:topk:entropy", needs: ["probabilities"], fewestDraws: 1 });
  expect(subset.make({ average: "probabilities" }).name).toBe(subset.name);
});
