import { type Command, Option } from "commander";
import type { BasicAuth } from "../label-studio/basic-auth.js";
import { type ScoreName, type ScoreOrder, scoreNames, scoreOrders } from "../label-studio/score.js";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, number } from "./option-parsers.js";
import { addServeImageOptions, imageSettings, type ServeImageOptions } from "./serve-images.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

interface ServeOptions extends CommonOptions, ModelOptions, ServeImageOptions {
  readonly model: string;
  readonly host: string;
  readonly port: number;
  readonly iterations: number;
  readonly maxSeqLen: number;
  readonly score: ScoreName;
  readonly scoreOrder: ScoreOrder;
  readonly threshold: number;
  readonly pathPrefix: string;
  readonly bodyLimit: string;
  readonly basicAuthUser?: string;
  readonly basicAuthPass?: string;
  readonly modelVersion?: string;
  readonly logLevel?: string;
}

/** How long requests under way may take after Ctrl-C. */
const graceMs = 10_000;

/** `baal serve`: a Label Studio ML backend. */
export function serveCommand(): Command {
  const command = baseCommand("serve", "serve a text or image classifier to Label Studio as its ML backend")
    .requiredOption("--model <model>", "folder or hub id of the model, of texts or of images")
    .option("--host <address>", "address to listen on; 0.0.0.0 for all, which a Label Studio in a container needs", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free one", integer({ min: 0, max: 65535 }), 9090)
    .option("--iterations <draws>", "draws per text or image", integer({ min: 1 }), 20)
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), 128)
    .addOption(
      new Option("--score <name>", "the uncertainty that the prediction score is made of").choices(scoreNames).default("bald"),
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
    .option("--body-limit <size>", "largest request", "100mb")
    .addOption(new Option("--basic-auth-user <name>", "user name that Label Studio must send").env("BASIC_AUTH_USER"))
    .addOption(new Option("--basic-auth-pass <password>", "its password; better given by the environment").env("BASIC_AUTH_PASS"))
    .option("--model-version <name>", "what predictions are stored under (default: from the model's contents)")
    .addOption(
      new Option(
        "--log-level <level>",
        "least level of log entries, which go to stderr as JSON lines (default: info, warn with --quiet)",
      ).choices(["trace", "debug", "info", "warn", "error", "silent"]),
    );
  return addDeviceOptions(addServeImageOptions(command)).action(commandAction(serve));
}

async function serve(options: ServeOptions, context: CommandContext): Promise<void> {
  const { pino } = await import("pino");
  const { createLabelStudioApp } = await import("../label-studio/app.js");
  const { ModelHost } = await import("../host/model-host.js");
  const { classifierFolder } = await import("./classifier-folder.js");
  const { listen } = await import("./http-server.js");
  const { modelVersion } = await import("./model-version.js");
  const { output, signal } = context;
  const { seed = 42, iterations, maxSeqLen, device, threads } = options;
  const basicAuth = checkedAuth(options);
  if (iterations === 1 && options.score === "bald") {
    throw new UsageError("--score bald compares draws: --iterations must be at least 2, or choose --score entropy.");
  }

  const { kind, folder } = await classifierFolder(options.model, pretrainedOptions(options, context));
  const images = kind === "image" ? imageSettings(options) : {};
  const version = options.modelVersion ?? (await modelVersion(folder));
  const logger = pino({ level: options.logLevel ?? (options.quiet ? "warn" : "info") }, pino.destination(2));
  output.note(`loading ${folder}`);
  const host = await ModelHost.start(folder, {
    kind,
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    patch: iterations > 1 ? {} : false,
  });
  try {
    const app = createLabelStudioApp({
      predictor:
        kind === "image" ? host : { labels: host.labels, predict: (texts, call) => host.predict(texts, { ...call, maxSeqLen }) },
      images,
      modelVersion: version,
      iterations,
      seed,
      score: options.score,
      scoreOrder: options.scoreOrder,
      threshold: options.threshold,
      pathPrefix: options.pathPrefix,
      bodyLimit: options.bodyLimit,
      logger,
      ...(basicAuth && { basicAuth }),
    });
    const server = await listen(app, { host: options.host, port: options.port });
    const url = server.url + options.pathPrefix;
    output.result(`listening on ${url} (model version ${version})`, {
      url,
      port: server.port,
      kind,
      modelVersion: version,
      labels: host.labels,
    });
    output.note("connect it in Label Studio: Settings > Model > Connect Model, with this URL; Ctrl-C ends the server");
    await aborted(signal);
    output.note("shutting down: waiting for the requests under way");
    await server.close(graceMs);
  } finally {
    await host.stop();
  }
}

function checkedAuth({ basicAuthUser: user, basicAuthPass: password }: ServeOptions): BasicAuth | undefined {
  if (!user && !password) return undefined;
  if (user && password) return { user, password };
  throw new UsageError(
    "Basic auth needs a user and a password: give both --basic-auth-user and --basic-auth-pass (or BASIC_AUTH_PASS).",
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
