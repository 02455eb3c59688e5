import { isIP } from "node:net";
import { type Command, Option } from "commander";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import {
  defaultScore,
  type ScoreName,
  type ScoreOrder,
  scoreNames,
  scoreOrders,
  scoreRecord,
} from "../label-studio/contract/score.js";
import type { CommonOptions } from "./base-command.js";
import { addMasksOption, type MaskOptions, type ModelOptions } from "./model-options.js";
import { integer, number, oneOf } from "./option-parsers.js";
import { addServeImageOptions, type ServeImageOptions } from "./serve-images.js";
import { addServeNetworkOptions, networkSettings, type ServeNetworkOptions } from "./serve-network.js";
import { addServeTrainingOptions, type ServeTrainingOptions } from "./serve-training.js";
import { addDeviceOptions, addPrecisionOption } from "./train-options.js";
import { UsageError } from "./usage-error.js";

export interface ServeOptions
  extends CommonOptions,
    ModelOptions,
    MaskOptions,
    ServeNetworkOptions,
    ServeImageOptions,
    ServeTrainingOptions {
  readonly model: string;
  readonly iterations: number;
  readonly maxSeqLen: number;
  readonly score: ScoreName;
  readonly scoreOrder: ScoreOrder;
  readonly threshold?: number | undefined;
  readonly outOfScopeChoice?: string | undefined;
  readonly modelVersion?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly printConfig?: true | undefined;
}

export function addServeOptions(command: Command): Command {
  addServeNetworkOptions(command.option("--model <model>", "folder or hub id of the model, of texts or of images"))
    .option("--iterations <draws>", "draws per text or image", integer({ min: 1 }), DEFAULT_ITERATIONS)
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN)
    .addOption(
      new Option("--score <name>", "the uncertainty that the prediction score is made of")
        .choices(scoreNames)
        .argParser(oneOf(scoreNames))
        .default(defaultScore),
    )
    .addOption(
      new Option("--score-order <order>", "what a high score means; Label Studio's uncertainty sampling serves the lowest first")
        .choices(scoreOrders)
        .default("confidence"),
    )
    .option(
      "--threshold <probability>",
      "least probability of a label where several may be chosen (default: what was found on held-out labels, else 0.5)",
      number({ above: 0, max: 1 }),
    )
    .option(
      "--out-of-scope-choice <choice>",
      'choice that is served where a model abstains, such as "None of these"; without it, or where a project has none of that name, nothing is',
    )
    .option("--model-version <name>", "what predictions are stored under (default: from the model's contents)")
    .addOption(
      new Option(
        "--log-level <level>",
        "least level of log entries, which go to stderr as JSON lines (default: info, warn with --quiet)",
      )
        .choices(LOG_LEVELS)
        .argParser((text) => oneOf(LOG_LEVELS)(PYTHON_LEVELS[text.toLowerCase()] ?? text)),
    );
  return addMasksOption(addPrecisionOption(addDeviceOptions(addServeTrainingOptions(addServeImageOptions(command)))));
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];

/** Python's names, which Label Studio's own backends take, are understood. */
const PYTHON_LEVELS: Readonly<Record<string, string>> = { warning: "warn", critical: "error" };

/** Throws a usage error for options that do not go together. */
export function checkServeOptions(options: ServeOptions): void {
  if (!options.model)
    throw new UsageError("required option '--model <model>' not specified (nor BAAL_MODEL, nor model in a --config file)");
  networkSettings(options);
  if (options.webhookSecret === "")
    throw new UsageError("--webhook-secret is empty: is a variable not set? Leave it out for events without one.");
  const { name, fewestDraws } = scoreRecord(options.score);
  if (options.iterations < fewestDraws)
    throw new UsageError(
      `--score ${name} compares draws: --iterations must be at least ${fewestDraws}, or choose --score entropy.`,
    );
}

/**
 * Why Label Studio would not send events to this address. It checks webhooks by Django's rules for addresses and is silent about those that
 * break them: predictions work, and labels never come. Nothing for an address that it takes.
 */
export function refusedAsWebhook(url: string): string | undefined {
  const host = new URL(url).hostname.replace(/\.$/, "");
  if (host === "localhost" || isIP(host.replace(/^\[|\]$/g, "")) !== 0) return undefined;
  const [last = ""] = host.split(".").slice(-1);
  if (host.includes("_")) return explained(host, "has an underscore");
  if (last === host) return explained(host, "has no dot");
  return /^(xn--[a-z0-9]+|[a-z-]{2,})$/.test(last)
    ? undefined
    : explained(host, `ends with "${last}", which is not of letters alone`);
}

function explained(host: string, why: string): string {
  return (
    `Label Studio takes no webhook at ${host}, and does not say so: the name ${why}. Predictions will work, but labels and Start training ` +
    "will not arrive. Use a name such as ml-backend.local (in a compose file: a network alias), or an IP address."
  );
}
