import type { Command } from "commander";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addDataDirOption, type DataDirOptions, existingDataDir } from "./data-dir.js";

interface BackupOptions extends CommonOptions, DataDirOptions {
  readonly output: string;
  readonly overwrite?: boolean;
}

/** `baal backup`: a copy of the server's state, while it works. */
export function backupCommand(): Command {
  const command = baseCommand(
    "backup",
    "copy the server's state: labels, versions and their models; the server may go on working",
  );
  return addDataDirOption(command)
    .requiredOption("--output <path>", "where the copy goes: a folder, or an archive for .tar, .tar.gz and .tgz")
    .option("--overwrite", "replace what is there")
    .action(commandAction(backup));
}

async function backup(options: BackupOptions, { output }: CommandContext): Promise<void> {
  const { backUpStore } = await import("../label-studio/state/back-up-store.js");
  const { overwrite = false } = options;
  const result = await backUpStore(existingDataDir(options), options.output, { overwrite });
  for (const version of result.leftOut) output.warn(`left out, since it is damaged: ${version}`);
  const size = (result.bytes / 1e6).toFixed(1);
  const text = `saved the database and ${result.versions.length} versions (${size} MB) to ${result.target}`;
  output.result(text, { ...result });
}
