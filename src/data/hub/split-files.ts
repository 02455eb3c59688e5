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
  const found = declared.length > 0 ? declaredFiles(files, declared, request) : filesByName(files, request);
  checkShards(found.paths, request.repo);
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
  const paths = ofConfig.filter((path) => splits.get(path) === wanted);
  if (paths.length > 0) return { config: chosen, paths };
  const known = new Set([...splits.values()].filter((name) => name !== undefined));
  if (known.size === 0 && wanted === "train") return { config: chosen, paths: ofConfig };
  throw splitError(repo, split, known.size > 0 ? [...known] : ["train"]);
}

/** Parquet files; where there are none, the text formats. */
function dataFiles(files: readonly string[]): string[] {
  const visible = files.filter((path) => !/(^|\/)\.|(^|\/)dataset_infos\.json$/.test(path)).sort();
  const parquet = visible.filter((path) => path.endsWith(".parquet"));
  return parquet.length > 0 ? parquet : visible.filter((path) => /\.(csv|tsv|jsonl|ndjson|json)(\.gz)?$/.test(path));
}

const splitWords: Readonly<Record<string, readonly string[]>> = {
  train: ["train", "training"],
  validation: ["validation", "valid", "val", "dev"],
  test: ["test", "testing", "eval", "evaluation"],
};

/** The split that a path tells of: any name before a shard number, or a known word in a file's or folder's name. */
function splitOfName(path: string): string | undefined {
  const parts = path.split("/").reverse();
  const sharded = /^(.+)-\d{5}-of-\d{5}\./.exec(parts[0] ?? "")?.[1];
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

/** Matches paths as a shell does: `*` and `?` within a folder, `**` across folders. */
function globMatcher(pattern: string): (path: string) => boolean {
  const source = pattern.replace(/^\.\//, "").replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, (token) => {
    const wildcards: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
    return wildcards[token] ?? `\\${token}`;
  });
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(path);
}

/** Offline, the cache may hold a part of the shards: that must not pass for the whole split. */
function checkShards(paths: readonly string[], repo: string): void {
  const groups = new Map<string, number>();
  for (const path of paths) {
    const [, name, count] = /^(.*-)\d{5}-of-(\d{5})\./.exec(path) ?? [];
    if (name !== undefined) groups.set(`${name}*-of-${count}`, (groups.get(`${name}*-of-${count}`) ?? 0) + 1);
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
