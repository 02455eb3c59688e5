import { answerCalls } from "../../system/worker-process.js";
import { copyLiveDatabase } from "./back-up-store.js";
import type { CopyCalls } from "./copy-in-process.js";

/** The child's side of `copyInProcess`: this file is started as a process. */

answerCalls<CopyCalls>({
  copy({ database, target }) {
    copyLiveDatabase(database, target);
    return null;
  },
});
