import { existsSync, openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { BaalError, errorMessage } from "../core/errors.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { UsageError } from "./usage-error.js";

interface PushOptions extends CommonOptions {
  readonly public?: boolean | undefined;
  readonly message?: string | undefined;
}

/** `baal push`: a model's folder or a file of labelled data, to the Hugging Face hub. */
export function pushCommand(command: Command): Command {
  return command
    .argument("<path>", "a model's folder, or a file of labelled data")
    .argument("<repository>", "organisation/name on the hub; it is made where it is not there yet")
    .option("--public", "a repository that is made is open to everybody; by default it is private")
    .option("--message <text>", "of the commit")
    .addHelpText("after", EXAMPLES)
    .action(commandAction(push));
}

const EXAMPLES = `
The token is HF_TOKEN, or what "hf auth login" stored; HF_ENDPOINT is another hub. A repository that is there keeps its visibility. Of a folder
everything goes up but hidden files and training.log; of data the file, and a card where the repository has none.

Examples:
  baal push my-model my-organisation/my-model
  baal push labelled.csv my-organisation/my-labels`;

async function push(options: PushOptions, context: CommandContext, path: string, name: string): Promise<void> {
  const { isRepoId, hubTarget } = await import("../data/hub/hub-options.js");
  const { commit, createRepo, fileExists } = await import("@huggingface/hub");
  if (!isRepoId(name) || !name.includes("/")) throw new UsageError(`"${name}" is no repository: give organisation/name.`);
  const about = await stat(path).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${path} is not there or cannot be read.`, { cause });
  });
  const type = about.isDirectory() ? "model" : "dataset";
  if (type === "model" && !existsSync(join(path, "config.json")))
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${path} is no model's folder: config.json is missing there. Data are pushed as a file.`,
    );
  const { token, endpoint } = hubTarget(name, { type });
  if (token === undefined)
    throw new BaalError("E_HUB", 'Pushing needs a token that may write: set HF_TOKEN, or run "hf auth login".');
  const repo = { type, name } as const;
  const reach = { repo, accessToken: token, hubUrl: endpoint };
  const { output, signal } = context;
  try {
    const isNew = await made(createRepo({ ...reach, visibility: options.public ? "public" : "private" }));
    output.note(`${isNew ? `made the ${options.public ? "public" : "private"} repository` : "pushing to"} ${name}`);
    const files = type === "model" ? await modelFiles(path) : new Map([[basename(path), await openAsBlob(path)]]);
    if (type === "dataset" && !(await fileExists({ ...reach, path: "README.md" })))
      files.set("README.md", new Blob([dataCard(path, name)]));
    const done = await commit({
      ...reach,
      title: options.message ?? `${isNew ? "First" : "New"} version, from baaljs`,
      operations: [...files].map(([file, content]) => ({ operation: "addOrUpdate" as const, path: file, content })),
      abortSignal: signal,
      // The older protocol, which mirrors of the hub speak as well.
      useXet: false,
    });
    const url = `${endpoint}/${type === "dataset" ? "datasets/" : ""}${name}`;
    output.result(`pushed ${files.size} files to ${url}`, {
      url,
      type,
      isNew,
      files: [...files.keys()],
      commit: done?.commit.oid ?? null,
    });
  } catch (error) {
    if (error instanceof BaalError || signal.aborted) throw error;
    throw new BaalError(
      "E_HUB",
      `Pushing to ${name} at ${endpoint} failed: ${errorMessage(error)}. Look whether the token may write there (HF_TOKEN); the same command begins anew.`,
      { cause: error },
    );
  }
}

/** Whether the repository was not there yet. */
async function made(creation: Promise<unknown>): Promise<boolean> {
  try {
    await creation;
    return true;
  } catch (error) {
    if (error instanceof Error && "statusCode" in error && error.statusCode === CONFLICT) return false;
    throw error;
  }
}

/** What the hub answers where there is such a repository. */
const CONFLICT = 409;

/** What a log says of this machine, such as the paths of its folders, concerns nobody else. */
const OWN = new Set(["training.log"]);

async function modelFiles(folder: string): Promise<Map<string, Blob>> {
  const files = new Map<string, Blob>();
  for (const file of (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/")).sort()) {
    const isHidden = file.split("/").some((part) => part.startsWith("."));
    if (isHidden || OWN.has(file) || !(await stat(join(folder, file))).isFile()) continue;
    files.set(file, await openAsBlob(join(folder, file)));
  }
  return files;
}

function dataCard(path: string, name: string): string {
  return `---\ntags:\n  - baaljs\n  - active-learning\n---\n\n# ${name}\n\nLabelled with baaljs: \`${basename(path)}\`.\n`;
}
