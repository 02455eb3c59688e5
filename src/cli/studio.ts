import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { Role, UserView } from "../studio/api/contract.js";
import type { StudioData } from "../studio/desk/desk.js";
import type { OpenDesk } from "../studio/desk/open-desk.js";
import { OWN_CNN } from "../studio/model/brain.js";
import type { StudioStore } from "../studio/store/open-studio-store.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { readLabelData } from "./label-data.js";
import {
  accountName,
  addLabellingOptions,
  dataToLabel,
  type Given,
  givenStrategy,
  type LabellingOptions,
  labellingFolder,
} from "./labelling-options.js";
import { oneOf } from "./option-parsers.js";
import { cachePath, DEFAULT_ENCODER } from "./picking-options.js";
import { addNetworkOptions, listenSettings, type NetworkOptions } from "./serve-network.js";
import { textSource } from "./text-rows.js";
import { UsageError } from "./usage-error.js";

interface StudioOptions extends LabellingOptions, NetworkOptions {
  readonly users?: string | undefined;
  readonly addUser?: string | undefined;
  readonly role: Role;
  readonly open: boolean;
}

const ROLES = ["annotator", "reviewer", "admin"] as const;

/** `baal studio`: labels texts or images in the browser. */
export function studioCommand(command: Command): Command {
  addLabellingOptions(command, {
    kept: "project is",
    labels: ": the project then begins without asking for them",
    multi: "",
    model: `tfidf (by the texts' words alone), ${OWN_CNN} (images by their edges, without weights), or none (default: ${DEFAULT_ENCODER} for texts, ${OWN_CNN} for images)`,
    user: "your name, without --users",
  })
    .option("--users <file>", "the users, as YAML: names, roles and hashes of tokens; without it there is one, with all rights")
    .option("--add-user <name>", "add a user to the file of --users, or give a known one a new token, print it, and end")
    .addOption(new Option("--role <role>", "of --add-user").choices(ROLES).argParser(oneOf(ROLES)).default("annotator"))
    .option("--no-open", "do not open a browser");
  return addNetworkOptions(command, { port: 8090, all: "a container or a team" })
    .addHelpText("after", EXAMPLES)
    .action(commandAction(studio));
}

const EXAMPLES = `
Every answer is on the disk when the page shows it as saved. baal label works on the same folder.

Examples:
  baal studio all.csv
  baal studio photos/ --labels cat,dog --multi
  baal studio all.csv --users users.yaml --add-user ann --role reviewer
  baal studio all.csv --users users.yaml --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --allowed-host labels.example.org`;

/** How long requests under way may take after Ctrl-C. */
const GRACE_MS = 3000;

async function studio(given: Given<StudioOptions>, context: CommandContext, argument: string | undefined): Promise<void> {
  const options: StudioOptions = { ...given, ...textSource(given) };
  const { users, addUser, role } = options;
  if (addUser !== undefined) {
    if (users === undefined) throw new UsageError("--add-user needs the file of users: give --users users.yaml.");
    const files = await import("../studio/http/users-file.js");
    const token = await files.addUser(users, addUser, role);
    context.output.result(`${addUser} (${role}) signs in with the token ${token}`, { user: addUser, role, token });
    return;
  }
  const path = dataToLabel(argument, options, "studio");
  const strategy = await givenStrategy(options.strategy);
  await serveStudio(path, { ...options, strategy }, context);
}

/** Listens first, so that a port in use is known at once and the page is there before the data are read and models loaded. */
async function serveStudio(path: string, options: StudioOptions, context: CommandContext): Promise<void> {
  const { pino } = await import("pino");
  const { listen } = await import("./http-server.js");
  const { openStudioStore } = await import("../studio/store/open-studio-store.js");
  const { studioApp } = await import("../studio/http/studio-app.js");
  const { eventStreams } = await import("../studio/http/event-stream.js");
  const { openSessions } = await import("../studio/http/sessions.js");
  const { accountsOfFile, soleAccount } = await import("../studio/http/user-accounts.js");
  const { output, signal } = context;
  const network = listenSettings(options);
  // What is not there is said before a folder is made for it.
  await (await import("./image-rows.js")).imageSourceKind(path);
  let address = "";
  const again = (token: string) => output.note(`for another browser: ${address}/?token=${token}`);
  const sole = options.users === undefined ? soleAccount(options.user ?? accountName(), again) : undefined;
  const accounts = sole ?? (await accountsOfFile(options.users!));
  const folder = labellingFolder(path, options.dataDir);
  const isNew = !existsSync(folder);
  const store = await openStudioStore(folder);
  const streams = eventStreams();
  let desk: OpenDesk | undefined;
  try {
    const signIn = { sessions: await openSessions(store.folder), accounts };
    const opening = openProject(path, store, { ...options, views: accounts.users });
    opening.catch(() => {});
    const logger = pino({ level: options.verbose ? "debug" : "warn" }, pino.destination(2));
    const app = studioApp({
      ...{ ...network.app, desk: opening, streams, signIn, logger, seed: options.seed ?? DEFAULT_SEED },
    });
    const server = await listen(app, network.listen);
    try {
      address = server.url + options.basePath;
      tell(options, { context, address, token: sole?.token(), folder: store.folder });
      desk = await Promise.race([opening, aborted(signal).then(() => undefined)]);
      if (desk !== undefined) await aborted(signal);
    } finally {
      streams.close();
      await server.close(GRACE_MS);
    }
  } finally {
    accounts.close();
    const isUnused = isNew && desk === undefined && store.project() === undefined && store.items().length === 0;
    await desk?.close();
    await store.close();
    if (isUnused) await rm(folder, { recursive: true });
  }
}

async function openProject(
  path: string,
  store: StudioStore,
  options: StudioOptions & { readonly views: () => readonly UserView[] },
): Promise<OpenDesk> {
  const { openDesk } = await import("../studio/desk/open-desk.js");
  const { openBrain } = await import("../studio/model/open-brain.js");
  const { addItems, beginProject, preview } = await import("../studio/desk/begin-project.js");
  const readData = (file: string) => readLabelData(file, { ...options, isSkippingBad: true });
  const read = await readData(path);
  const data: StudioData = {
    ...read,
    wantedLabels: options.labels ?? [],
    columns: options,
    encoder: options.model ?? (read.kind === "text" ? DEFAULT_ENCODER : OWN_CNN),
  };
  const isBegun = store.project() !== undefined;
  if (isBegun) {
    const { readSettings } = await import("../studio/desk/settings.js");
    const { validationShare } = readSettings(store, data.encoder);
    store.beginProject({ kind: data.kind, task: options.multi ? "multi" : store.project()!.task, seed: DEFAULT_SEED });
    // The same data again, as a rule: what an admin has taken out of them is not to be there with every start.
    await addItems(store, { data, source: path, validationShare, keepsRemoved: true });
  }
  const desk = await openDesk({
    ...{ name: basename(resolve(path)), source: path, store, data, users: options.views, strategy: options.strategy },
    ...{ cacheFolder: cachePath(options.cache), maxSeqLen: options.maxSeqLen, readData, openBrain },
  });
  if (!isBegun && options.labels !== undefined) {
    const { labels, encoder } = preview(desk);
    const project = { task: data.task, labels: labels.map(({ name }) => name), encoder, guideline: "" };
    await beginProject(desk, { ...project, validationShare: desk.settings().validationShare }, options.seed ?? DEFAULT_SEED);
  }
  return desk;
}

function tell(
  { open, users }: StudioOptions,
  {
    context: { output },
    address,
    token,
    folder,
  }: { readonly context: CommandContext; readonly address: string; readonly token: string | undefined; readonly folder: string },
): void {
  const url = token === undefined ? `${address}/` : `${address}/?token=${token}`;
  output.result(`listening on ${url}`, { url, folder });
  output.note(`kept in ${folder}; Ctrl-C ends the studio, and nothing is lost`);
  if (users !== undefined) output.note("everybody signs in with the token that --add-user has printed");
  if (open && users === undefined && process.stdout.isTTY) openBrowser(url);
}

/** By what the system opens addresses with. Where there is none, the address is on the screen. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const child = spawn(program!, args, { stdio: "ignore", detached: true });
  child.once("error", () => {});
  child.unref();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
