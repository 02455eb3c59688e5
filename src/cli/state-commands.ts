import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { integer } from "./option-parsers.js";
import { applyServerSettings } from "./serve-config.js";

export interface DataDirOptions {
  readonly dataDir: string;
}

/**
 * The option of every command that works with the server's state. It is found where the server finds it: on the command line, in the
 * environment, or in the file of `baal serve --config`, whose other options do not matter here.
 */
export function addDataDirOption(command: Command): Command {
  command
    .option("--data-dir <folder>", "folder of the server's state, or of a labelling project", "baal-data")
    .option("--config <file>", "the file that the server was started with, for its data-dir");
  return applyServerSettings(command, ["dataDir"]);
}

/** The folder; throws `E_FILE_NOT_FOUND` where no server has worked. */
export function existingDataDir({ dataDir }: DataDirOptions): string {
  if (existsSync(join(dataDir, "baal.db")) || existsSync(join(dataDir, "backups"))) return dataDir;
  throw new BaalError("E_FILE_NOT_FOUND", `${dataDir} holds no state of a server: give the --data-dir that it was started with.`);
}

interface BackupOptions extends CommonOptions, DataDirOptions {
  readonly output: string;
  readonly overwrite?: boolean;
}

/** `baal backup`: a copy of a server's state, or of a labelling project, while it works. */
export function backupCommand(command: Command): Command {
  return addDataDirOption(command)
    .requiredOption("--output <path>", "where the copy goes: a folder, or an archive for .tar, .tar.gz and .tgz")
    .option("--overwrite", "replace what is there")
    .action(commandAction(backup));
}

async function backup(options: BackupOptions, { output }: CommandContext): Promise<void> {
  const { backUpProject, isProjectFolder } = await import("../studio/store/project-backup.js");
  if (isProjectFolder(options.dataDir)) {
    const done = await backUpProject(options.dataDir, options.output, { overwrite: options.overwrite });
    output.result(`saved the project (${done.files} files, ${(done.bytes / 1e6).toFixed(1)} MB) to ${done.target}`, { ...done });
    return;
  }
  const { backUpStore } = await import("../label-studio/state/back-up-store.js");
  const { overwrite = false } = options;
  const result = await backUpStore(existingDataDir(options), options.output, { overwrite });
  for (const version of result.leftOut) output.warn(`left out, since it is damaged: ${version}`);
  const size = (result.bytes / 1e6).toFixed(1);
  const text = `saved the database and ${result.versions.length} versions (${size} MB) to ${result.target}`;
  output.result(text, { ...result });
}

interface RestoreOptions extends CommonOptions, DataDirOptions {
  readonly input: string;
  readonly force?: boolean;
}

/** `baal restore`: the server's state from a backup. */
export function restoreCommand(command: Command): Command {
  return addDataDirOption(command)
    .requiredOption("--input <path>", "the backup: a folder or an archive")
    .option("--force", "replace the state that is there, which is kept in a folder beside")
    .action(commandAction(restore));
}

async function restore({ dataDir, input, force = false }: RestoreOptions, { output }: CommandContext): Promise<void> {
  const { isProjectBackup, restoreProject } = await import("../studio/store/project-backup.js");
  if (await isProjectBackup(input)) {
    const { folder, replaced } = await restoreProject(dataDir, input, { force });
    const before = replaced === undefined ? "" : `\nwhat was there before is in ${replaced}; remove it when it is of no use`;
    output.result(`restored the project to ${folder}${before}`, { folder, replaced: replaced ?? null });
    return;
  }
  const { restoreStore } = await import("../label-studio/state/restore-store.js");
  const result = await restoreStore(dataDir, input, { force });
  const kept =
    result.replaced === undefined ? "" : `\nwhat was there before is in ${result.replaced}; remove it when it is of no use`;
  const text = `restored the database and ${result.versions.length} versions to ${result.folder}${kept}`;
  output.result(text, { ...result, replaced: result.replaced ?? null });
}

interface GcOptions extends CommonOptions, DataDirOptions {
  readonly keep: number;
  readonly dryRun?: boolean;
}

/** `baal gc`: removes versions that nobody needs. */
export function gcCommand(command: Command): Command {
  return addDataDirOption(command)
    .option("--keep <versions>", "so many of each project's newest versions stay", integer({ min: 0 }), 3)
    .option("--dry-run", "only say what would be removed")
    .action(commandAction(gc));
}

async function gc(options: GcOptions, { output }: CommandContext): Promise<void> {
  const { openStore } = await import("../label-studio/state/store.js");
  const { oldVersions, removeOldVersions } = await import("../label-studio/state/model-folders.js");
  const { keep, dryRun = false } = options;
  const store = await openStore(existingDataDir(options));
  try {
    const folders: string[] = [];
    for (const { id } of store.projects()) {
      const old = dryRun ? oldVersions(store, id, { keep }) : await removeOldVersions(store, id, { keep });
      folders.push(...old.map(({ folder }) => folder));
    }
    const did = dryRun ? "would remove" : "removed";
    const text =
      folders.length === 0 ? "no version is old enough to be removed" : folders.map((folder) => `${did} ${folder}`).join("\n");
    output.result(text, { dryRun, keep, removed: folders });
  } finally {
    await store.close();
  }
}

/** `baal forget`: a project's labels, texts and models. */
export function forgetCommand(command: Command): Command {
  return addDataDirOption(command)
    .argument("<project>", "the server's number of it, or Label Studio's: 7.1700000000")
    .action(commandAction(forget));
}

async function forget(options: CommonOptions & DataDirOptions, { output }: CommandContext, project: string): Promise<void> {
  const { forgetProject } = await import("../label-studio/state/forget-project.js");
  const forgotten = await forgetProject(existingDataDir(options), project);
  const { annotations, versions, copies } = forgotten;
  const text = `forgot project ${forgotten.project}: ${annotations} annotations, ${versions} versions, in ${copies} automatic copies, too; copies made by baal backup are yours to remove`;
  output.result(text, { ...forgotten });
}
