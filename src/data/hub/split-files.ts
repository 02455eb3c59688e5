import { BaalError } from "../../core/errors.js";
import type { CardConfig } from "./dataset-card.js";

export interface SplitRequest {
  readonly split: string;
  readonly config?: string | undefined;
  /** Names the repository in messages. */
  readonly repo: string;
}

export interface SplitFiles {
  readonly config: string | undefined;
  /** Paths in the repository, in the order of their rows. */
  readonly paths: readonly string[];
}

/**
 * The data files of a split: those that the dataset card names, or else those whose names tell (`data/train-00000-of-00002.parquet`,
 * `test.parquet`, `config/validation/0000.parquet`). Throws `E_DATA` with what there is for an unknown split or configuration.
 */
export function splitFiles(files: readonly string[], configs: readonly CardConfig[], request: SplitRequest): SplitFiles {
  const declared = configs.filter(({ splits }) => splits.length > 0);
  const folders = configs.filter(({ splits, folder }) => splits.length === 0 && folder !== undefined);
  if (declared.length === 0 && folders.length > 0) return filesInFolder(files, folders, request);
  const found = declared.length > 0 ? declaredFiles(files, declared, request) : filesByName(files, request);
  checkShards(found.paths, request.repo);
  return found;
}

/** Of a configuration that the card gives a folder (`data_dir`), whose names tell the splits. */
function filesInFolder(files: readonly string[], configs: readonly CardConfig[], request: SplitRequest): SplitFiles {
  const { config, repo } = request;
  const chosen = config === undefined ? defaultConfig(configs) : configs.find(({ name }) => name === config);
  if (!chosen) {
    throw configError(
      repo,
      config,
      configs.map(({ name }) => name),
    );
  }
  const folder = `${chosen.folder!.replace(/^\.\/|\/+$/g, "")}/`;
  const own = files.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
  const { paths } = filesByName(own, { ...request, config: undefined });
  const found = { config: chosen.name, paths: paths.map((path) => folder + path) };
  checkShards(found.paths, repo);
  return found;
}

function declaredFiles(
  files: readonly string[],
  configs: readonly CardConfig[],
  { split, config, repo }: SplitRequest,
): SplitFiles {
  const names = configs.map(({ name }) => name);
  const chosen = config === undefined ? defaultConfig(configs) : configs.find(({ name }) => name === config);
  if (!chosen) throw configError(repo, config, names);
  const patterns = chosen.splits.filter((candidate) => candidate.split === split).flatMap((candidate) => candidate.patterns);
  if (patterns.length === 0)
    throw splitError(
      repo,
      split,
      chosen.splits.map((candidate) => candidate.split),
    );
  const matchers = patterns.map(globMatcher);
  const paths = dataFiles(files).filter((path) => matchers.some((matches) => matches(path)));
  if (paths.length > 0) return { config: chosen.name, paths };
  throw new BaalError(
    "E_DATA",
    `Data set ${repo}: no file that can be read matches ${patterns.join(", ")}, the split "${split}" of its card.`,
  );
}

function defaultConfig(configs: readonly CardConfig[]): CardConfig | undefined {
  return configs.length === 1 ? configs[0] : configs.find(({ isDefault }) => isDefault);
}

function filesByName(files: readonly string[], { split, config, repo }: SplitRequest): SplitFiles {
  const data = dataFiles(files);
  if (data.length === 0) {
    const hint = 'The hub converts many data sets: try the revision "refs/convert/parquet".';
    throw new BaalError("E_DATA", `Data set ${repo} has no Parquet, CSV or JSON files. ${hint}`);
  }
  const folders = new Set(data.map(configFolder).filter((folder) => folder !== undefined));
  const chosen = config ?? (folders.size === 1 ? [...folders][0] : undefined);
  if (chosen === undefined ? folders.size > 1 : !folders.has(chosen)) throw configError(repo, config, [...folders]);
  const ofConfig = chosen === undefined ? data : data.filter((path) => configFolder(path) === chosen);
  const splits = new Map(ofConfig.map((path) => [path, splitOfName(path)]));
  const wanted = splitOfName(split) ?? split;
  const paths = ofOneFormat(ofConfig.filter((path) => splits.get(path) === wanted));
  if (paths.length > 0) return { config: chosen, paths };
  const known = new Set([...splits.values()].filter((name) => name !== undefined));
  if (known.size === 0 && wanted === "train") return { config: chosen, paths: ofOneFormat(ofConfig) };
  throw splitError(repo, split, known.size > 0 ? [...known] : ["train"]);
}

/** Parquet files; where there are none, the other formats. */
function dataFiles(files: readonly string[]): string[] {
  const visible = files.filter((path) => !/(^|\/)\.|(^|\/)(dataset_infos?|state)\.json$/.test(path)).sort();
  const parquet = visible.filter((path) => path.endsWith(".parquet"));
  return parquet.length > 0 ? parquet : visible.filter((path) => formatOf(path) !== undefined);
}

/** Formats that are read; of equally many files in several, the first is taken. */
const FORMATS = ["arrow", "jsonl", "json", "csv", "tsv", "ndjson"];

function formatOf(path: string): string | undefined {
  return FORMATS.find((format) => path.endsWith(`.${format}`) || path.endsWith(`.${format}.gz`));
}

/** The files of a split in its most frequent format: the same rows may be there in several. */
function ofOneFormat(paths: readonly string[]): readonly string[] {
  const groups = [undefined, ...FORMATS].map((format) => paths.filter((path) => formatOf(path) === format));
  return groups.reduce((most, own) => (own.length > most.length ? own : most));
}

const splitWords: Readonly<Record<string, readonly string[]>> = {
  train: ["train", "training"],
  validation: ["validation", "valid", "val", "dev"],
  test: ["test", "testing", "eval", "evaluation"],
};

/** `train-00000-of-00002.parquet`, and with the content's hash, as older versions of `datasets` have uploaded it. */
const SHARD = /^(.+)-\d{5}-of-(\d{5})(?:-[0-9a-f]{8,64})?\./;

/** The split that a path tells of: any name before a shard number, or a known word in a file's or folder's name. */
function splitOfName(path: string): string | undefined {
  const parts = path.split("/").reverse();
  const sharded = SHARD.exec(parts[0] ?? "")?.[1];
  for (const part of sharded === undefined ? parts : [sharded]) {
    const words = part.toLowerCase().split(/[-._ \d]+/);
    const known = Object.keys(splitWords).find((split) => splitWords[split]?.some((word) => words.includes(word)));
    if (known) return known;
  }
  return sharded;
}

/** The folder of a configuration: the first one, unless it is `data` or names a split. */
function configFolder(path: string): string | undefined {
  const folders = path.split("/").slice(0, -1);
  const [first] = folders;
  return first === undefined || first === "data" || splitOfName(first) !== undefined ? undefined : first;
}

const WILDCARDS: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };

/** Matches paths as a shell does: `*` and `?` within a folder, `**` across folders, `[0-9]` and `[!0-9]`, `{test,extra}`. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const expressions = alternatives(pattern.replace(/^\.\//, "")).map((one) => {
    const source = one.replace(
      /\*\*\/|\*\*|\*|\?|\[[!^]?\]?[^\]/]*\]|[\\^$.|+()[\]{}]/g,
      (token) => WILDCARDS[token] ?? charactersOf(token),
    );
    return new RegExp(`^${source}$`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}

/** A set of characters, or one that stands for itself. */
function charactersOf(token: string): string {
  const [, not, characters] = /^\[([!^]?)(.+)\]$/.exec(token) ?? [];
  if (characters === undefined) return `\\${token}`;
  return `(?!/)[${not ? "^" : ""}${characters.replace(/[\\[\]^]/g, "\\$&")}]`;
}

/** What `{a,b}` says in one pattern, as several; the innermost first. Braces without a comma stand for themselves. */
function alternatives(pattern: string): readonly string[] {
  const [braces, list] = /\{([^{}]*,[^{}]*)\}/.exec(pattern) ?? [];
  if (braces === undefined || list === undefined) return [pattern];
  const at = pattern.indexOf(braces);
  return list.split(",").flatMap((choice) => alternatives(pattern.slice(0, at) + choice + pattern.slice(at + braces.length)));
}

/** Offline, the cache may hold a part of the shards: that must not pass for the whole split. */
function checkShards(paths: readonly string[], repo: string): void {
  const groups = new Map<string, number>();
  for (const path of paths) {
    const [, name, count] = SHARD.exec(path) ?? [];
    if (name !== undefined) groups.set(`${name}-*-of-${count}`, (groups.get(`${name}-*-of-${count}`) ?? 0) + 1);
  }
  for (const [group, count] of groups) {
    const total = Number(group.slice(-5));
    if (count !== total)
      throw new BaalError("E_DATA", `Data set ${repo}: ${count} of ${total} files ${group} are there; the rest is missing.`);
  }
}

function configError(repo: string, config: string | undefined, names: readonly string[]): BaalError {
  const what = config === undefined ? "has several configurations; name one as `config`" : `has no configuration "${config}"`;
  return new BaalError(
    "E_DATA",
    `Data set ${repo} ${what}. There ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}.`,
  );
}

function splitError(repo: string, split: string, known: readonly string[]): BaalError {
  return new BaalError("E_DATA", `Data set ${repo} has no split "${split}"; its splits are ${known.join(", ")}.`);
}
