import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BaalError } from "../../core/errors.js";

export type RepoType = "model" | "dataset";

/** How much of a file has arrived, in bytes. */
export interface DownloadProgress {
  /** Path in the repository. */
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

export interface HubOptions {
  /** `"model"` by default. */
  readonly type?: RepoType | undefined;
  /** Branch, tag or commit; `"main"` by default. */
  readonly revision?: string | undefined;
  /** By default the cache that Python's huggingface_hub uses (`HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME/hub`, `~/.cache/huggingface/hub`). */
  readonly cacheDir?: string | undefined;
  /** By default `HF_TOKEN`, else the token that `hf auth login` stored. */
  readonly token?: string | undefined;
  /** Address of the hub; by default `HF_ENDPOINT`, else https://huggingface.co. */
  readonly endpoint?: string | undefined;
  /** Use nothing but the cache; by default whether `HF_HUB_OFFLINE` is set. */
  readonly offline?: boolean | undefined;
  /** Longest silence of the server in milliseconds, 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How often a broken transfer is taken up again within one call, 2 by default. */
  readonly retries?: number | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A repository at a revision, with every option settled. */
export interface HubTarget {
  readonly repo: string;
  readonly type: RepoType;
  readonly revision: string;
  readonly cacheDir: string;
  readonly token: string | undefined;
  readonly endpoint: string;
  readonly offline: boolean;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** Whether a text has the form of a repository id: `name` or `organisation/name`. */
export function isRepoId(text: string): boolean {
  return /^[\w][\w.-]{0,95}(\/[\w][\w.-]{0,95})?$/.test(text) && !text.includes("..") && !text.includes("--");
}

/** Settles the options from the environment. Throws `E_ARGUMENT` when `repo` is no repository id. */
export function hubTarget(repo: string, options: HubOptions = {}): HubTarget {
  if (!isRepoId(repo))
    throw new BaalError("E_ARGUMENT", `"${repo}" is no repository id; expected "name" or "organisation/name".`);
  const revision = options.revision ?? "main";
  if (revision === "" || revision.split("/").includes(".."))
    throw new BaalError("E_ARGUMENT", `"${revision}" is no branch, tag or commit.`);
  const endpoint = options.endpoint ?? variable("HF_ENDPOINT") ?? "https://huggingface.co";
  return {
    repo,
    type: options.type ?? "model",
    revision,
    cacheDir: options.cacheDir ?? defaultCacheDir(),
    token: options.token ?? defaultToken(),
    endpoint: endpoint.replace(/\/+$/, ""),
    offline: options.offline ?? /^(1|true|yes|on)$/i.test(variable("HF_HUB_OFFLINE") ?? ""),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 2,
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal,
  };
}

/** `dataset org/name at revision main`, for messages. */
export function describeTarget({ repo, type, revision }: HubTarget): string {
  return `${type} ${repo} at revision ${revision}`;
}

function defaultCacheDir(): string {
  return variable("HF_HUB_CACHE") ?? variable("HUGGINGFACE_HUB_CACHE") ?? join(huggingFaceHome(), "hub");
}

function defaultToken(): string | undefined {
  const named = variable("HF_TOKEN") ?? variable("HUGGING_FACE_HUB_TOKEN");
  if (named !== undefined) return named.trim();
  const path = variable("HF_TOKEN_PATH") ?? join(huggingFaceHome(), "token");
  const stored = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  return stored === "" ? undefined : stored;
}

function huggingFaceHome(): string {
  return variable("HF_HOME") ?? join(variable("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
}

/** An environment variable; an empty one counts as unset, as in Python's huggingface_hub. */
function variable(name: string): string | undefined {
  return process.env[name] || undefined;
}
