import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../errors.js";
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
    .option("--data-dir <folder>", "folder of the server's state", "baal-data")
    .option("--config <file>", "the file that the server was started with, for its data-dir");
  return applyServerSettings(command, ["dataDir"]);
}

/** The folder; throws `E_FILE_NOT_FOUND` where no server has worked. */
export function existingDataDir({ dataDir }: DataDirOptions): string {
  if (existsSync(join(dataDir, "baal.db")) || existsSync(join(dataDir, "backups"))) return dataDir;
  throw new BaalError("E_FILE_NOT_FOUND", `${dataDir} holds no state of a server: give the --data-dir that it was started with.`);
}
