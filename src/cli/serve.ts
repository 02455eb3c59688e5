import type { Command } from "commander";
import { type HostWorker, SERVING_NICE, startHostWorker } from "../host/host-worker.js";
import type { ShownSetting } from "../label-studio/backend/status.js";
import { type CommandContext, commandAction } from "./base-command.js";
import type { Output } from "./output.js";
import { addConfigOptions, printConfig, shownSettings } from "./serve-config.js";
import { networkSettings, openServer } from "./serve-network.js";
import { addServeOptions, checkServeOptions, refusedAsWebhook, type ServeOptions } from "./serve-options.js";
import type { Served } from "./serve-start.js";

/** How long requests under way may take after Ctrl-C: less than the ten seconds that containers are given. */
const graceMs = 8000;

/** `baal serve`: a Label Studio ML backend. */
export function serveCommand(command: Command): Command {
  return addConfigOptions(addServeOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((options: ServeOptions) => {
      checkServeOptions(options);
      if (options.printConfig) return printConfig(command);
      const shown = shownSettings(command);
      return commandAction((own: ServeOptions, context) => serve(own, { ...context, shown }))(options, command);
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

/**
 * Listens first, so that a port in use is known before a model is loaded and everybody who asks hears what the server waits for; opens the
 * backend behind that, and ends in order whenever the signal fires.
 */
async function serve(
  options: ServeOptions,
  context: CommandContext & { readonly shown: readonly ShownSetting[] },
): Promise<void> {
  // Its program loads while the server's does.
  const worker = options.dataDir === undefined ? startHostWorker(SERVING_NICE) : undefined;
  try {
    await serveWith(options, context, worker);
  } finally {
    await worker?.stop();
  }
}

async function serveWith(
  options: ServeOptions,
  context: CommandContext & { readonly shown: readonly ShownSetting[] },
  worker: HostWorker | undefined,
): Promise<void> {
  const { pino } = await import("pino");
  const { listen } = await import("./http-server.js");
  const { createApp } = await import("../label-studio/http/app.js");
  const { startingBackend } = await import("../label-studio/backend/starting-backend.js");
  const { startServing } = await import("./serve-start.js");
  const { output, signal } = context;
  const network = networkSettings(options);
  const logger = pino({ level: options.logLevel ?? (options.quiet ? "warn" : "info") }, pino.destination(2));
  const settings = { ...network.app, logger, webhookSecret: options.dataDir === undefined ? undefined : options.webhookSecret };
  let step = "";
  let app = createApp(
    startingBackend("baaljs", () => step),
    settings,
  );
  const server = await listen((request, response) => app(request, response), network.listen);
  const url = server.url + options.basePath + options.pathPrefix;
  for (const warning of warnings(options, url)) output.warn(warning);
  const onStep = (next: string) => {
    step = next;
    output.note(`${next} ... (${url} says 503 meanwhile)`);
  };
  const starting = startServing(options, { ...context, logger, onStep, settings: context.shown, worker });
  try {
    const served = await unlessAborted(starting, signal);
    if (served !== undefined) {
      app = createApp(served.backend, {
        ...settings,
        modelClass: served.kind === "image" ? "ImageClassifier" : "TextClassifier",
      });
      tell(options, { output, served, url, port: server.port });
      await aborted(signal);
      served.backend.endStreams();
    }
    output.note("shutting down: waiting for the requests under way");
  } finally {
    await server.close(graceMs);
    await endOf(starting);
  }
}

/** Says where the server is and how Label Studio finds it. */
function tell(
  { advertisedUrl, dataDir }: ServeOptions,
  {
    output,
    served,
    url,
    port,
  }: { readonly output: Output; readonly served: Served; readonly url: string; readonly port: number },
): void {
  const { kind, version: modelVersion, labels, learns } = served;
  output.result(`listening on ${url} (model version ${modelVersion})`, { url, port, kind, modelVersion, labels });
  const advertised = advertisedUrl ?? url;
  output.note(`connect it in Label Studio: Settings > Model > Connect Model, with ${advertised}; Ctrl-C ends the server`);
  if (dataDir !== undefined)
    output.note(`what it is doing: ${url}/status; Label Studio sends labels to ${advertised}/webhook (Settings > Webhooks)`);
  if (learns !== undefined) output.note(learns);
}

function warnings(options: ServeOptions, url: string): readonly string[] {
  const { advertisedUrl, dataDir, basicAuthUser, webhookSecret } = options;
  const open = dataDir !== undefined && basicAuthUser !== undefined && webhookSecret === undefined ? OPEN_EVENTS : undefined;
  return [refusedAsWebhook(advertisedUrl ?? url), openServer(options), open].filter((warning) => warning !== undefined);
}

/** `undefined` where the signal has fired first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return Promise.race([work, aborted(signal).then(() => undefined)]);
}

/** Ends the backend once it is open, should it ever be: what has not begun to work can be left in the middle. */
async function endOf(starting: Promise<Served>): Promise<void> {
  const ended = starting.then(
    ({ backend }) => backend.close(),
    // The server's own end, or told of already.
    () => {},
  );
  const patience = setTimeout(() => process.exit(), graceMs);
  await ended;
  clearTimeout(patience);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
