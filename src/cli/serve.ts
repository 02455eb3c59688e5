import { type Command, Option } from "commander";
import type { Express } from "express";
import type { AppShellOptions } from "../label-studio/app-shell.js";
import type { BasicAuth } from "../label-studio/basic-auth.js";
import type { Predictor } from "../label-studio/predictor.js";
import { type ScoreName, type ScoreOrder, scoreNames, scoreOrders } from "../label-studio/score.js";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, number } from "./option-parsers.js";
import { addServeImageOptions, imageSettings, type ServeImageOptions } from "./serve-images.js";
import { addServeTrainingOptions, type ServeTrainingOptions, type StartBackendOptions, startBackend } from "./serve-training.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

interface ServeOptions extends CommonOptions, ModelOptions, ServeImageOptions, ServeTrainingOptions {
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
  return addDeviceOptions(addServeTrainingOptions(addServeImageOptions(command))).action(commandAction(serve));
}

async function serve(options: ServeOptions, context: CommandContext): Promise<void> {
  const { pino } = await import("pino");
  const { classifierFolder } = await import("./classifier-folder.js");
  const { listen } = await import("./http-server.js");
  const { modelVersion } = await import("./model-version.js");
  const { output, signal } = context;
  const { seed = 42, iterations, score, scoreOrder, threshold, device, threads, dataDir } = options;
  const basicAuth = checkedAuth(options);
  if (iterations === 1 && score === "bald") {
    throw new UsageError("--score bald compares draws: --iterations must be at least 2, or choose --score entropy.");
  }
  const { kind, folder } = await classifierFolder(options.model, pretrainedOptions(options, context));
  const hash = options.modelVersion ?? (await modelVersion(folder));
  const version = dataDir === undefined ? hash : `base-${hash}`;
  const logger = pino({ level: options.logLevel ?? (options.quiet ? "warn" : "info") }, pino.destination(2));
  const start: ServeStart = {
    ...{ options, base: { folder, kind, version }, logger },
    settings: { iterations, seed, score, scoreOrder, threshold },
    images: kind === "image" || dataDir !== undefined ? imageSettings(options) : {},
    device: { ...(device !== undefined && { device }), ...(threads !== undefined && { threads }) },
    shell: { pathPrefix: options.pathPrefix, bodyLimit: options.bodyLimit, logger, ...(basicAuth && { basicAuth }) },
  };
  output.note(dataDir === undefined ? `loading ${folder}` : `opening ${dataDir}`);
  const serving = dataDir === undefined ? await serveOneModel(start) : await serveProjects(start, dataDir);
  try {
    const server = await listen(serving.app, { host: options.host, port: options.port });
    const url = server.url + options.pathPrefix;
    const { labels } = serving;
    output.result(`listening on ${url} (model version ${version})`, {
      url,
      port: server.port,
      kind,
      modelVersion: version,
      labels,
    });
    output.note("connect it in Label Studio: Settings > Model > Connect Model, with this URL; Ctrl-C ends the server");
    if (dataDir !== undefined)
      output.note(`what it is doing: ${url}/status; labels come as events: Settings > Webhooks, ${url}/webhook`);
    await aborted(signal);
    output.note("shutting down: waiting for the requests under way");
    await server.close(graceMs);
  } finally {
    await serving.close();
  }
}

/** What both ways of serving begin with. */
interface ServeStart extends Omit<StartBackendOptions, "dataDir" | "maxSeqLen" | "options"> {
  readonly options: ServeOptions;
  readonly shell: AppShellOptions & { readonly basicAuth?: BasicAuth };
}

interface Serving {
  readonly app: Express;
  /** Of the model that was given; projects have their own. */
  readonly labels: readonly string[] | undefined;
  close(): Promise<void>;
}

/** The model as it is, for every project. */
async function serveOneModel({ options, base, settings, images, device, shell }: ServeStart): Promise<Serving> {
  const { createLabelStudioApp } = await import("../label-studio/app.js");
  const { ModelHost } = await import("../host/model-host.js");
  const { maxSeqLen } = options;
  const patch = settings.iterations > 1 ? {} : (false as const);
  const host = await ModelHost.start(base.folder, { kind: base.kind, ...device, patch });
  const predictor: Predictor =
    base.kind === "image" ? host : { labels: host.labels, predict: (texts, call) => host.predict(texts, { ...call, maxSeqLen }) };
  const app = createLabelStudioApp({ ...shell, ...settings, predictor, images, modelVersion: base.version });
  return { app, labels: host.labels, close: () => host.stop() };
}

/** A model for each project, trained as labels come. */
async function serveProjects({ shell, ...start }: ServeStart, dataDir: string): Promise<Serving> {
  const { createBackendApp } = await import("../label-studio/backend/backend-app.js");
  const { options } = start;
  const { webhookSecret } = options;
  const backend = await startBackend({ ...start, dataDir, maxSeqLen: options.maxSeqLen });
  const modelClass = start.base.kind === "image" ? "ImageClassifier" : "TextClassifier";
  const app = createBackendApp({ ...shell, backend, modelClass, ...(webhookSecret !== undefined && { webhookSecret }) });
  return { app, labels: undefined, close: () => backend.close() };
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
