import type { Command } from "commander";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addDataDirOption, type DataDirOptions, existingDataDir } from "./data-dir.js";
import { integer } from "./option-parsers.js";

interface GcOptions extends CommonOptions, DataDirOptions {
  readonly keep: number;
  readonly dryRun?: boolean;
}

/** `baal gc`: removes versions that nobody needs. */
export function gcCommand(): Command {
  const command = baseCommand(
    "gc",
    "remove old versions of the server's models, never those that serve; the server must not be running",
  );
  return addDataDirOption(command)
    .option("--keep <versions>", "so many of each project's newest versions stay", integer({ min: 0 }), 3)
    .option("--dry-run", "only say what would be removed")
    .action(commandAction(gc));
}

async function gc(options: GcOptions, { output }: CommandContext): Promise<void> {
  const { openStore } = await import("../label-studio/state/store.js");
  const { oldVersions, removeOldVersions } = await import("../label-studio/state/old-versions.js");
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
