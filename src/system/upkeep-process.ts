import { copyLiveDatabase } from "./automatic-backups.js";
import { databaseDamage } from "./recover-database.js";
import type { UpkeepCalls } from "./upkeep-in-process.js";
import { answerCalls } from "./worker-process.js";

/** The child's side of `copyInProcess` and `checkInProcess`: this file is started as a process. */

answerCalls<UpkeepCalls>({
  copy({ database, target }) {
    copyLiveDatabase(database, target);
    return null;
  },
  check: ({ database }) => databaseDamage(database),
});
