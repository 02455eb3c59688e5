import { answerCalls } from "../system/worker-process.js";
import type { HeadCalls } from "./head-calls.js";
import { headWork } from "./head-work.js";

/** The child's side of a HeadHost: this file is started as a process. */

const { close: _, ...handlers } = headWork();
answerCalls<HeadCalls>(handlers);
