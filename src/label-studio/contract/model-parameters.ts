import { z } from "zod";
import { isRecord } from "../../core/json-values.js";
import { HttpError } from "./http-error.js";
import type { PredictionOptions } from "./prediction.js";
import { defaultScore, type ScoreName, type ScoreOrder, scoreNames, scoreOrders, scoreRecord } from "./score.js";

/** What a project or a request asks of the model, over the server's own settings. */
export interface ModelParameters {
  readonly score?: ScoreName | undefined;
  readonly scoreOrder?: ScoreOrder | undefined;
  /** K, the draws per text or image. */
  readonly iterations?: number | undefined;
  /** Where several labels may be chosen: at most so many, the likeliest. */
  readonly topLabels?: number | undefined;
  readonly threshold?: number | undefined;
  /** The choice that is served where the model abstains. */
  readonly outOfScopeChoice?: string | undefined;
  /** A kept version that answers in place of the one that serves. */
  readonly modelVersion?: string | undefined;
}

/** The version that serves, whichever it is, where a name of a version is asked for. */
export const CURRENT_VERSION = "current";

interface Parameter {
  readonly key: keyof ModelParameters;
  /** As callers write it, the first one in messages; letters' case and `-` for `_` do not matter. */
  readonly names: readonly [string, ...string[]];
  readonly schema: z.ZodType;
  readonly allowed: string;
}

/** More draws would keep a queue of requests waiting for minutes. */
const MOST_DRAWS = 1000;

const text = z.string().trim().min(1).max(500);

const PARAMETERS: readonly Parameter[] = [
  {
    key: "score",
    names: ["score", "heuristic", "strategy"],
    schema: z.string().toLowerCase().pipe(z.enum(scoreNames)),
    allowed: `one of ${scoreNames.join(", ")}`,
  },
  { key: "scoreOrder", names: ["score_order"], schema: z.enum(scoreOrders), allowed: `one of ${scoreOrders.join(", ")}` },
  {
    key: "iterations",
    names: ["iterations", "draws"],
    schema: z.int().min(1).max(MOST_DRAWS),
    allowed: `a whole number from 1 to ${MOST_DRAWS}`,
  },
  { key: "topLabels", names: ["top_k", "max_labels"], schema: z.int().min(1), allowed: "a whole number of labels, 1 or more" },
  { key: "threshold", names: ["threshold"], schema: z.number().gt(0).max(1), allowed: "a probability above 0 and up to 1" },
  { key: "outOfScopeChoice", names: ["out_of_scope_choice"], schema: text, allowed: "a choice of the labelling configuration" },
  {
    key: "modelVersion",
    names: ["model_version"],
    schema: text,
    allowed: "the name of one kept version (GET /versions lists them)",
  },
];

const byName: ReadonlyMap<string, Parameter> = new Map(
  PARAMETERS.flatMap((parameter) => parameter.names.map((name) => [name, parameter] as const)),
);

/** All names, for messages. */
const parameterNames: readonly string[] = PARAMETERS.map(({ names }) => names.join(" or "));

export interface ReadParametersOptions {
  /** Names the place in messages: `extra_params`. */
  readonly source: string;
  /** Whether other names may stand beside them, as in the `params` of `/predict`. False by default: then they are a mistake. */
  readonly allowsOthers?: boolean | undefined;
}

/**
 * The parameters in an object, or in JSON text of one; none in null and empty text. Throws a 400 (`E_REQUEST`) that says of each
 * fault the name, what came and what is allowed.
 */
export function readModelParameters(value: unknown, options: ReadParametersOptions): ModelParameters {
  const { source, allowsOthers = false } = options;
  const given = objectOf(value, source);
  const found = new Map<keyof ModelParameters, { readonly name: string; readonly value: unknown }>();
  const faults: string[] = [];
  for (const [name, own] of Object.entries(given)) {
    const parameter = byName.get(plainName(name));
    if (own === null || own === undefined) continue;
    if (parameter === undefined) {
      if (!allowsOthers) faults.push(`"${name.slice(0, 50)}" is none of its names, which are ${parameterNames.join(", ")}`);
      continue;
    }
    const parsed = parameter.schema.safeParse(own);
    const known = found.get(parameter.key);
    if (!parsed.success) faults.push(`${name} is ${parameter.allowed}; ${shown(own)} came`);
    else if (known !== undefined && known.value !== parsed.data)
      faults.push(`${known.name} and ${name} are two names of one thing: give one of them`);
    else found.set(parameter.key, { name, value: parsed.data });
  }
  if (faults.length > 0) throw refused(`${source}: ${faults.slice(0, 5).join("; ")}.`);
  return Object.fromEntries([...found].map(([key, { value: own }]) => [key, own]));
}

/** The names of a stored object's keys, so that it is read again as it was: {@link readModelParameters}. */
export function writtenParameters(parameters: ModelParameters): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    PARAMETERS.flatMap(({ key, names }) => (parameters[key] === undefined ? [] : [[names[0], parameters[key]]])),
  );
}

interface Settings extends Pick<PredictionOptions, "score" | "scoreOrder" | "threshold" | "topLabels" | "outOfScopeChoice"> {
  readonly iterations: number;
}

/**
 * The server's settings with parameters in their place, the last ones first. Throws a 400 (`E_REQUEST`) for draws that the score cannot compare, or that
 * the server does not make.
 */
export function withParameters<Own extends Settings>(settings: Own, ...parameters: readonly ModelParameters[]): Own {
  const { modelVersion: _, ...asked }: ModelParameters = Object.assign({}, ...parameters);
  const { score = settings.score ?? defaultScore, iterations = settings.iterations, topLabels, threshold } = asked;
  const { name, fewestDraws } = scoreRecord(score);
  if (iterations < fewestDraws)
    throw refused(
      `The score ${name} compares draws: iterations is at least ${fewestDraws}, ${iterations} came. Ask for more, or for another score.`,
    );
  if (asked.iterations !== undefined && iterations > 1 !== settings.iterations > 1)
    throw refused(
      `This server runs its models with ${settings.iterations > 1 ? "random draws, of which one alone says little" : "dropout off, which gives no draws"}: ` +
        `iterations is ${settings.iterations > 1 ? "2 or more" : "1"}, ${iterations} came. Start it with another --iterations.`,
    );
  // So many labels, whatever their probability, unless that was asked for as well.
  const least = threshold ?? (topLabels === undefined ? settings.threshold : 0);
  return { ...settings, ...asked, iterations, threshold: least };
}

function objectOf(value: unknown, source: string): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined || value === "") return {};
  const read = typeof value === "string" ? parsedJson(value) : value;
  if (read === null) return {};
  if (isRecord(read)) return read;
  throw refused(`${source} is an object, or JSON text of one, with ${parameterNames.join(", ")}; ${shown(value)} came.`);
}

/** `undefined` for what is no JSON. */
function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** `scoreOrder`, `score-order` and `SCORE_ORDER` are `score_order`. */
function plainName(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 60)}...` : json;
}

function refused(message: string): HttpError {
  return new HttpError(400, "E_REQUEST", message);
}
