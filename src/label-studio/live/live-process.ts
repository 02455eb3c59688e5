import { answerCalls } from "../../system/worker-process.js";
import type { LiveCalls } from "./live-calls.js";
import { liveWork } from "./live-work.js";

/** A process of the heads of a server's projects: this file is started as one. */

const { close: _, ...handlers } = liveWork();
answerCalls<LiveCalls>(handlers);
