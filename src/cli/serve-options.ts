import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import {
  defaultScore,
  type ScoreName,
  type ScoreOrder,
  scoreNames,
  scoreOrders,
  scoreRecord,
} from "../label-studio/contract/score.js";
import type { BasicAuth } from "../label-studio/http/app-options.js";
import type { CommonOptions } from "./base-command.js";
import type { ModelOptions } from "./model-options.js";
import { integer, number, oneOf } from "./option-parsers.js";
import { addServeImageOptions, type ServeImageOptions } from "./serve-images.js";
import { addServeTrainingOptions, type ServeTrainingOptions } from "./serve-training.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

export interface ServeOptions extends CommonOptions, ModelOptions, ServeImageOptions, ServeTrainingOptions {
  readonly model: string;
  readonly host: string;
  readonly port: number;
  readonly advertisedUrl?: string | undefined;
  readonly iterations: number;
  readonly maxSeqLen: number;
  readonly score: ScoreName;
  readonly scoreOrder: ScoreOrder;
  readonly threshold: number;
  readonly pathPrefix: string;
  readonly bodyLimit: string;
  readonly basicAuthUser?: string | undefined;
  readonly basicAuthPass?: string | undefined;
  readonly modelVersion?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly printConfig?: true | undefined;
}

export function addServeOptions(command: Command): Command {
  command
    .option("--model <model>", "folder or hub id of the model, of texts or of images")
    .option("--host <address>", "address to listen on; 0.0.0.0 for all, which a Label Studio in a container needs", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free one", integer({ min: 0, max: 65535 }), 9090)
    .option(
      "--advertised-url <url>",
      "address that Label Studio is given, where it is another one: http://ml-backend.local:9090",
      advertisedUrl,
    )
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
      "least probability of a label where several may be chosen",
      number({ above: 0, max: 1 }),
      0.5,
    )
    .option("--path-prefix <path>", "path below which the calls are, such as /baal", "")
    .option("--body-limit <size>", "largest request", byteSize, "100mb")
    .option("--basic-auth-user <name>", "user name that Label Studio must send")
    .option("--basic-auth-pass <password>", "its password; better given by the environment")
    .option("--model-version <name>", "what predictions are stored under (default: from the model's contents)")
    .addOption(
      new Option(
        "--log-level <level>",
        "least level of log entries, which go to stderr as JSON lines (default: info, warn with --quiet)",
      )
        .choices(LOG_LEVELS)
        .argParser((text) => oneOf(LOG_LEVELS)(PYTHON_LEVELS[text.toLowerCase()] ?? text)),
    );
  return addDeviceOptions(addServeTrainingOptions(addServeImageOptions(command)));
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];

/** Python's names, which Label Studio's own backends take, are understood. */
const PYTHON_LEVELS: Readonly<Record<string, string>> = { warning: "warn", critical: "error" };

function byteSize(text: string): string {
  if (/^\d+(\.\d+)?\s*([kmg]?b)?$/i.test(text)) return text;
  throw new InvalidArgumentError("Expected a size such as 100mb.");
}

/** Throws a usage error for options that do not go together. */
export function checkServeOptions(options: ServeOptions): void {
  if (!options.model)
    throw new UsageError("required option '--model <model>' not specified (nor BAAL_MODEL, nor model in a --config file)");
  basicAuthOf(options);
  const { name, fewestDraws } = scoreRecord(options.score);
  if (options.iterations < fewestDraws)
    throw new UsageError(
      `--score ${name} compares draws: --iterations must be at least ${fewestDraws}, or choose --score entropy.`,
    );
}

/** Throws a usage error for one half of it. */
export function basicAuthOf({ basicAuthUser: user, basicAuthPass: password }: ServeOptions): BasicAuth | undefined {
  if (!user && !password) return undefined;
  if (user && password) return { user, password };
  throw new UsageError(
    "Basic auth needs a user and a password: give both --basic-auth-user and --basic-auth-pass (or BASIC_AUTH_PASS).",
  );
}

/** Parses `--advertised-url`. */
export function advertisedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("Expected an address such as http://ml-backend.local:9090.");
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
