import { inspect } from "node:util";
import type { BayesianModel, LossName } from "./bayesian-model.js";
import type { Dataset, Items, RowItems } from "./dataset.js";
import { BaalError } from "./errors.js";

export interface ItemsOptions<Input> {
  readonly model: Pick<BayesianModel<Input>, "datasetOf">;
  /** Names the taker of the items in messages: `"train"`. */
  readonly name: string;
  /** Of the training whose targets the labels are to be. Without it labels are not looked at. */
  readonly loss?: LossName | undefined;
}

/**
 * Items as a data set for a model: a data set as it is, texts and rows as the model reads them. Throws `E_ARGUMENT` or `E_DATA` that says
 * what came and what to pass in its place.
 */
export function asDataset<Input>(given: Items<Input>, { model, name, loss }: ItemsOptions<Input>): Dataset<Input> {
  checkItems(given, name);
  if (isDataset(given)) return given;
  const first: unknown = given.at(0);
  if (model.datasetOf === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `${name}: this model makes no data set of ${describe(first)} by itself; give a data set of its inputs: { length, at(position) }.`,
    );
  }
  if (loss !== undefined && typeof first === "string") {
    throw new BaalError(
      "E_DATA",
      `${name} needs labels, and ${given.length} texts without came: give rows such as { text, label }, or a data set.`,
    );
  }
  return model.datasetOf(given, { loss });
}

/** A data set, where nothing makes one of rows: throws `E_ARGUMENT` that says how to. */
export function requireDataset<Input>(given: Dataset<Input>, name: string): Dataset<Input> {
  checkItems(given, name);
  if (isDataset(given)) return given;
  const ways = "new TextDataset(rows, { tokenizer }), new ImageDataset(rows, { processor })";
  throw new BaalError("E_ARGUMENT", `${name} takes a data set; ${describe((given as RowItems).at(0))} came. Make one: ${ways}.`);
}

/** Nothing at all is an empty data set; a list is one where it holds examples. */
function isDataset<Input>(given: Items<Input>): given is Dataset<Input> {
  if (given.length === 0) return true;
  const first: unknown = given.at(0);
  return has(first, "index") && has(first, "input") && (!Array.isArray(given) || has(first, "target"));
}

function checkItems(given: unknown, name: string): void {
  const mistake = MISTAKES.find(({ isMade }) => isMade(given));
  if (mistake) throw new BaalError("E_ARGUMENT", `${name} takes a data set, rows or texts; ${mistake.says(given)}`);
}

interface Mistake {
  isMade(given: unknown): boolean;
  says(given: unknown): string;
}

/** Things that people pass by mistake; the first that fits is spoken of. */
const MISTAKES: readonly Mistake[] = [
  { isMade: (given) => has(given, "then"), says: () => "a Promise came. Await it first." },
  { isMade: (given) => typeof given === "string", says: (text) => `one text came. Put it into a list: [${inspect(text)}].` },
  {
    isMade: (given) => has(given, "shape") && has(given, "indices"),
    says: () => "predictions (or features) came. Give the items that they are of.",
  },
  {
    isMade: (given) => !hasItems(given) && (has(given, Symbol.asyncIterator) || has(given, Symbol.iterator)),
    says: () => "a stream came, which has no length. Collect its rows in an array first (readRows reads a file whole).",
  },
  {
    isMade: (given) => !hasItems(given) && splitsOf(given).length > 0,
    says: (given) => `splits came: ${splitsOf(given).join(", ")}. Give one of them: data.${splitsOf(given)[0]}.`,
  },
  { isMade: (given) => !hasItems(given), says: (given) => `${describe(given)} came.` },
  {
    isMade: (given) => Array.isArray(given) && oddOne(given) >= 0,
    says: (given) => {
      const list = given as readonly unknown[];
      const at = oddOne(list);
      return `a list came with ${describe(list[at])} at ${at}, after ${describe(list[0])} at 0.`;
    },
  },
];

function has(given: unknown, name: PropertyKey): boolean {
  return typeof given === "object" && given !== null && name in given;
}

function hasItems(given: unknown): given is RowItems {
  return typeof given === "object" && given !== null && Number.isInteger((given as RowItems).length) && has(given, "at");
}

/** Names under which an object holds items, as `{ train, test }`. */
function splitsOf(given: unknown): string[] {
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).flatMap(([name, value]) => (hasItems(value) ? [name] : []));
}

/** The first item that is neither a text nor a row, or not what the first one is; -1 where there is none. */
function oddOne(list: readonly unknown[]): number {
  const first = typeof list[0];
  return list.findIndex((item) => item === null || typeof item !== first || !(first === "string" || first === "object"));
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return "a text";
  if (typeof value === "object" && value !== null)
    return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "no columns"}`;
  return typeof value === "function" ? "a function" : String(value);
}
