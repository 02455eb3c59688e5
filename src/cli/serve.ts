import type { Command } from "commander";
import type { Logger } from "pino";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { DeviceOptions } from "../engine/runtime/session.js";
import type { Backend } from "../label-studio/backend/backend.js";
import type { ImageTaskModelOptions } from "../label-studio/images/image-task-model.js";
import type { ServingSettings } from "../label-studio/serving/project-model.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import { addConfigOptions, printConfig } from "./serve-config.js";
import { imageSettings } from "./serve-images.js";
import { networkSettings, openServer } from "./serve-network.js";
import { addServeOptions, checkServeOptions, refusedAsWebhook, type ServeOptions } from "./serve-options.js";
import { learningOptions } from "./serve-training.js";

/** How long requests under way may take after Ctrl-C. */
const graceMs = 10_000;

/** `baal serve`: a Label Studio ML backend. */
export function serveCommand(command: Command): Command {
  return addConfigOptions(addServeOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((options: ServeOptions) => {
      checkServeOptions(options);
      return options.printConfig ? printConfig(command) : commandAction(serve)(options, command);
    });
}

const EXAMPLES = `
Examples:
  baal serve --model my-model --data-dir state --host 0.0.0.0
  LABEL_STUDIO_URL=http://labels.local:8080 LABEL_STUDIO_API_KEY=... baal serve --config serve.yaml
  baal serve --config serve.yaml --port 9091 --print-config`;

const OPEN_EVENTS =
  "Label Studio sends no basic auth with its events, so anybody who reaches this server can send labels: set --webhook-secret, and the same in " +
  "Label Studio's webhook settings as the header x-baal-secret.";

async function serve(options: ServeOptions, context: CommandContext): Promise<void> {
  const { pino } = await import("pino");
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const { listen } = await import("./http-server.js");
  const { createApp } = await import("../label-studio/http/app.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { output, signal } = context;
  const { seed = DEFAULT_SEED, iterations, score, scoreOrder, threshold, device, threads, dataDir } = options;
  const network = networkSettings(options);
  const { kind, folder } = await findClassifier(options.model, pretrainedOptions(options, context));
  const hash = options.modelVersion ?? (await modelVersion(folder));
  const version = dataDir === undefined ? hash : `base-${hash}`;
  const logger = pino({ level: options.logLevel ?? (options.quiet ? "warn" : "info") }, pino.destination(2));
  const serving: ServingOptions = {
    ...{ options, kind, folder, version, logger },
    settings: { iterations, seed, score, scoreOrder, threshold },
    images: kind === "image" || dataDir !== undefined ? imageSettings(options) : {},
    device: { device, threads },
  };
  output.note(dataDir === undefined ? `loading ${folder}` : `opening ${dataDir}`);
  const { backend, labels, learns } = dataDir === undefined ? await oneModel(serving) : await projects(serving, dataDir);
  try {
    const app = createApp(backend, {
      ...network.app,
      logger,
      modelClass: kind === "image" ? "ImageClassifier" : "TextClassifier",
      webhookSecret: dataDir === undefined ? undefined : options.webhookSecret,
    });
    const server = await listen(app, network.listen);
    const url = server.url + options.basePath + options.pathPrefix;
    output.result(`listening on ${url} (model version ${version})`, {
      url,
      port: server.port,
      kind,
      modelVersion: version,
      labels,
    });
    const advertised = options.advertisedUrl ?? url;
    output.note(`connect it in Label Studio: Settings > Model > Connect Model, with ${advertised}; Ctrl-C ends the server`);
    if (dataDir !== undefined)
      output.note(`what it is doing: ${url}/status; Label Studio sends labels to ${advertised}/webhook (Settings > Webhooks)`);
    if (learns !== undefined) output.note(learns);
    const refused = refusedAsWebhook(advertised);
    if (refused !== undefined) output.warn(refused);
    const open = openServer(options);
    if (open !== undefined) output.warn(open);
    if (dataDir !== undefined && network.app.basicAuth && options.webhookSecret === undefined) output.warn(OPEN_EVENTS);
    await aborted(signal);
    output.note("shutting down: waiting for the requests under way");
    backend.endStreams();
    await server.close(graceMs);
  } finally {
    await backend.close();
  }
}

/** The beginning of both ways of serving. */
interface ServingOptions {
  readonly options: ServeOptions;
  readonly kind: ModelKind;
  readonly folder: string;
  /** Of the model in the folder. */
  readonly version: string;
  readonly settings: ServingSettings;
  readonly images: ImageTaskModelOptions;
  readonly device: DeviceOptions;
  readonly logger: Logger;
}

interface Served {
  readonly backend: Backend;
  /** Of the model that was given; projects have their own. */
  readonly labels: readonly string[] | undefined;
  /** How labels are learned, in one line. */
  readonly learns?: string | undefined;
}

/** The model as it is, for every project. */
async function oneModel({ options, kind, folder, version, settings, images, device }: ServingOptions): Promise<Served> {
  const { fixedBackend } = await import("../label-studio/backend/fixed-backend.js");
  const { hostedModels } = await import("../label-studio/serving/hosted-models.js");
  const start = hostedModels({ ...device, maxSeqLen: options.maxSeqLen, patch: settings.iterations > 1 ? {} : false });
  const { predictor, stop } = await start({ key: version, folder, kind });
  const backend = fixedBackend(predictor, { ...settings, images, modelVersion: version });
  return { backend: { ...backend, close: stop }, labels: predictor.labels };
}

/** A model for each project, trained as labels come. */
async function projects({ options, kind, folder, version, settings, ...rest }: ServingOptions, dataDir: string): Promise<Served> {
  const { openBackend } = await import("../label-studio/backend/open-backend.js");
  const { iterations, seed, ...predictions } = settings;
  const backend = await openBackend({
    ...learningOptions(options),
    ...{ ...rest, dataDir, model: folder, kind, baseVersion: version, iterations, seed, predictions },
    maxSeqLen: options.maxSeqLen,
  });
  return { backend, labels: undefined, learns: backend.learns };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
