import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { BaalError } from "../errors.js";

export interface DataDirOptions {
  readonly dataDir: string;
}

/** The option of every command that works with the server's state. */
export function addDataDirOption(command: Command): Command {
  return command.addOption(
    new Option("--data-dir <folder>", "folder of the server's state").env("BAAL_DATA_DIR").default("baal-data"),
  );
}

/** The folder; throws `E_FILE_NOT_FOUND` where no server has worked. */
export function existingDataDir({ dataDir }: DataDirOptions): string {
  if (existsSync(join(dataDir, "baal.db")) || existsSync(join(dataDir, "backups"))) return dataDir;
  throw new BaalError("E_FILE_NOT_FOUND", `${dataDir} holds no state of a server: give the --data-dir that it was started with.`);
}
