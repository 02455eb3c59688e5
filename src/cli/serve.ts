import type { Command } from "commander";
import type { Express } from "express";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { Predictor } from "../label-studio/contract/predictor.js";
import type { AppShellOptions } from "../label-studio/http/app-shell.js";
import type { BasicAuth } from "../label-studio/http/basic-auth.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import { addConfigOptions, printConfig } from "./serve-config.js";
import { imageSettings } from "./serve-images.js";
import { addServeOptions, basicAuthOf, checkServeOptions, refusedAsWebhook, type ServeOptions } from "./serve-options.js";
import { type StartBackendOptions, startBackend } from "./serve-training.js";

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
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { output, signal } = context;
  const { seed = DEFAULT_SEED, iterations, score, scoreOrder, threshold, device, threads, dataDir } = options;
  const basicAuth = basicAuthOf(options);
  const { kind, folder } = await findClassifier(options.model, pretrainedOptions(options, context));
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
    const advertised = options.advertisedUrl ?? url;
    output.note(`connect it in Label Studio: Settings > Model > Connect Model, with ${advertised}; Ctrl-C ends the server`);
    if (dataDir !== undefined)
      output.note(`what it is doing: ${url}/status; Label Studio sends labels to ${advertised}/webhook (Settings > Webhooks)`);
    const refused = refusedAsWebhook(advertised);
    if (refused !== undefined) output.warn(refused);
    if (dataDir !== undefined && basicAuth && options.webhookSecret === undefined) output.warn(OPEN_EVENTS);
    await aborted(signal);
    output.note("shutting down: waiting for the requests under way");
    serving.endStreams();
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
  /** Of status pages: nobody waits for them to leave. */
  endStreams(): void;
  close(): Promise<void>;
}

/** The model as it is, for every project. */
async function serveOneModel({ options, base, settings, images, device, shell }: ServeStart): Promise<Serving> {
  const { createLabelStudioApp } = await import("../label-studio/http/fixed-app.js");
  const { ModelHost } = await import("../host/model-host.js");
  const { maxSeqLen } = options;
  const patch = settings.iterations > 1 ? {} : (false as const);
  const host = await ModelHost.start(base.folder, { kind: base.kind, ...device, patch });
  const predictor: Predictor =
    base.kind === "image"
      ? host
      : {
          labels: host.labels,
          isMultiLabel: host.isMultiLabel,
          predict: (texts, call) => host.predict(texts, { ...call, maxSeqLen }),
        };
  const app = createLabelStudioApp({ ...shell, ...settings, predictor, images, modelVersion: base.version });
  return { app, labels: host.labels, endStreams() {}, close: () => host.stop() };
}

/** A model for each project, trained as labels come. */
async function serveProjects({ shell, ...start }: ServeStart, dataDir: string): Promise<Serving> {
  const { createBackendApp } = await import("../label-studio/http/app.js");
  const { options } = start;
  const { webhookSecret } = options;
  const backend = await startBackend({ ...start, dataDir, maxSeqLen: options.maxSeqLen });
  const modelClass = start.base.kind === "image" ? "ImageClassifier" : "TextClassifier";
  const app = createBackendApp({ ...shell, backend, modelClass, ...(webhookSecret !== undefined && { webhookSecret }) });
  return { app, labels: undefined, endStreams: () => backend.endStreams(), close: () => backend.close() };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
