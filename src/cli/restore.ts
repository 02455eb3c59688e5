import type { Command } from "commander";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addDataDirOption, type DataDirOptions } from "./data-dir.js";

interface RestoreOptions extends CommonOptions, DataDirOptions {
  readonly input: string;
  readonly force?: boolean;
}

/** `baal restore`: the server's state from a backup. */
export function restoreCommand(): Command {
  const command = baseCommand(
    "restore",
    "restore what baal backup has saved, into an empty folder; the server must not be running",
  );
  return addDataDirOption(command)
    .requiredOption("--input <path>", "the backup: a folder or an archive")
    .option("--force", "replace the state that is there, which is kept in a folder beside")
    .action(commandAction(restore));
}

async function restore({ dataDir, input, force = false }: RestoreOptions, { output }: CommandContext): Promise<void> {
  const { restoreStore } = await import("../label-studio/state/restore-store.js");
  const result = await restoreStore(dataDir, input, { force });
  const kept =
    result.replaced === undefined ? "" : `\nwhat was there before is in ${result.replaced}; remove it when it is of no use`;
  const text = `restored the database and ${result.versions.length} versions to ${result.folder}${kept}`;
  output.result(text, { ...result, replaced: result.replaced ?? null });
}
