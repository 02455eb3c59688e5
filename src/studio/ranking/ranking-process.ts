import { answerCalls } from "../../system/worker-process.js";
import type { RankingCalls, RankingEvent } from "./ranking-calls.js";
import { rankingWork } from "./ranking-work.js";

/** The child's side of a `Ranker`: this file is started as a process. */

answerCalls<RankingCalls, RankingEvent>(rankingWork());
