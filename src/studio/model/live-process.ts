import { answerCalls } from "../../system/worker-process.js";
import type { LiveCalls, LiveEvent } from "./live-calls.js";
import { liveWork } from "./live-work.js";

/** The child's side of the live work: this file is started as a process. */

answerCalls<LiveCalls, LiveEvent>(liveWork());
