import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Request, Response } from "express";
import type { Logger } from "pino";
import { throwIfAborted } from "../../core/errors.js";
import type { Backend } from "../backend/backend.js";
import { HttpError } from "../contract/http-error.js";
import type { AnsweredTasks } from "../contract/predict-tasks.js";
import { responseLog } from "./app-shell.js";
import { shortened } from "./error-texts.js";
import { askedPredictions, predictVersions } from "./predict-versions.js";
import { parseBody, predictRequest, projectKey } from "./requests.js";

/** So many tasks are predicted at a time: their results are on their way while the next ones are made, and nothing is kept twice. */
const PART = 1000;
/** Label Studio waits 100 s for each piece of an answer, and proxies a minute: that long an error can still be told by its status. */
const FIRST_SILENCE_MS = 50_000;
/** Between two signs of life after that. */
const SILENCE_MS = 10_000;
/** Between two tries of a part for which there was no room. */
const BUSY_MS = 500;

/**
 * Answers `/predict`: exactly one result per task, in their order. The results of many tasks, or of a slow model, are sent as they come, with
 * white space in between. What fails before the first of them is a whole answer with its status; what fails after it ends the connection.
 */
export async function answerPredict(backend: Backend, request: Request, response: Response): Promise<void> {
  const { tasks, label_config, project, params } = parseBody(predictRequest, request.body, "/predict");
  const asked = askedPredictions(params);
  // Nobody needs them twice.
  request.body = undefined;
  const abort = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  const log = responseLog(response).child({ project, tasks: tasks.length });
  const stream = resultStream(response, abort.signal);
  const parts: AnsweredTasks[] = [];
  try {
    for (let start = 0; start === 0 || start < tasks.length; start += PART) {
      const predict = () =>
        predictVersions(
          backend,
          {
            ...{ tasks: tasks.slice(start, start + PART), labelConfig: label_config, signal: abort.signal },
            // Label Studio always names the project; other callers share one.
            project: projectKey(project) ?? "0.",
            hostname: params?.hostname ?? undefined,
          },
          asked,
        );
      const { results, ...part } = await (start === 0 ? predict() : whenFree(predict, abort.signal));
      const problems = part.problems.map((problem) => ({ ...problem, position: problem.position + start }));
      parts.push({ ...part, problems, results: [] });
      await stream.write(results, { isLast: start + PART >= tasks.length });
    }
  } catch (error) {
    stream.fail();
    throw error;
  }
  logPredicted(log, parts);
}

/** An answer that has begun is not broken off because others wait, too: its next part waits with them. */
async function whenFree<T>(predict: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await predict();
    } catch (error) {
      if (!(error instanceof HttpError && error.code === "E_BUSY")) throw error;
      await sleep(BUSY_MS, undefined, { signal }).catch(() => throwIfAborted(signal, "The request"));
    }
  }
}

interface ResultStream {
  /** Sends results; resolves when the caller has taken most of them. */
  write(results: readonly unknown[], part: { readonly isLast: boolean }): Promise<void>;
  /** Ends the connection of an answer that has begun: half an answer must not pass for a whole one. */
  fail(): void;
}

/** `{"results": [...]}`, in pieces. */
function resultStream(response: Response, signal: AbortSignal): ResultStream {
  let hasResults = false;
  const begin = () => {
    if (response.headersSent) return;
    response.status(200).type("json").set("X-Accel-Buffering", "no");
    response.write('{"results":[');
  };
  let silentMs = 0;
  const timer = setInterval(() => {
    silentMs += SILENCE_MS;
    if (silentMs < FIRST_SILENCE_MS) return;
    begin();
    response.write(" ");
  }, SILENCE_MS);
  response.once("close", () => clearInterval(timer));
  return {
    async write(results, { isLast }) {
      if (isLast && !response.headersSent) {
        clearInterval(timer);
        response.json({ results });
        return;
      }
      begin();
      const text = JSON.stringify(results).slice(1, -1);
      const isRoom = response.write(hasResults && text !== "" ? `,${text}` : text);
      hasResults ||= text !== "";
      if (isLast) {
        clearInterval(timer);
        response.end("]}");
      } else if (!isRoom) await once(response, "drain", { signal }).catch(() => throwIfAborted(signal, "The request"));
    },
    fail() {
      clearInterval(timer);
      if (response.headersSent) response.destroy();
    },
  };
}

function logPredicted(log: Logger, parts: readonly AnsweredTasks[]): void {
  const [first] = parts;
  const problems = parts.flatMap((part) => part.problems);
  for (const mismatch of new Set(parts.flatMap(({ mismatches }) => mismatches))) log.warn(shortened(mismatch));
  const { controls = [], skipped = [] } = first ?? {};
  if (controls.length === 0) {
    log.warn({ skipped }, "no control of the labelling configuration can be predicted: all results are empty");
  } else if (skipped.length > 0) log.info({ skipped }, "controls that are not predicted");
  if (problems.length > 0) {
    log.warn(
      {
        problems: problems.slice(0, 20).map((problem) => ({ ...problem, reason: shortened(problem.reason) })),
        count: problems.length,
      },
      "some tasks got an empty or incomplete prediction",
    );
  }
}
