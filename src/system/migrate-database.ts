import { BaalError } from "../core/errors.js";
import type { StateDatabase } from "./state-database.js";

/**
 * Brings the database to the present form, one transaction per step; `steps` are all from an empty one on. Throws `E_CHECKPOINT` for one that a newer program has written, which is
 * left as it is.
 */
export function migrate(database: StateDatabase, steps: readonly string[]): void {
  const form = databaseForm(database);
  if (form > steps.length) {
    const message = `${database.path} was written by a newer version of this program (form ${form}, known are those up to ${steps.length}). Update the program, or restore a backup of before.`;
    throw new BaalError("E_CHECKPOINT", message);
  }
  for (let next = form; next < steps.length; next++) {
    database.write(() => {
      database.exec(steps[next]!);
      database.exec(`PRAGMA user_version = ${next + 1}`);
    });
  }
}

/** How many steps it has seen; 0 for a new one. */
export function databaseForm(database: StateDatabase): number {
  return database.one<{ user_version: number }>("PRAGMA user_version")!.user_version;
}
