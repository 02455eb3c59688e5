import { answerCalls } from "../../system/worker-process.js";
import type { ScoreCalls } from "./score-calls.js";
import { scoreWork } from "./score-work.js";

/** The child's side of a shard scorer: this file is started as a process. */

answerCalls<ScoreCalls>(scoreWork());
