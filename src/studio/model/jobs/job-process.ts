import { answerCalls } from "../../../system/worker-process.js";
import type { JobCalls, JobEvent } from "./job-calls.js";
import { findLabelErrors } from "./label-errors-job.js";
import { makeMap } from "./map-job.js";
import { propagateLabels } from "./propagate-job.js";
import { trainModel } from "./train-job.js";
import { saveWholeModel } from "./whole-model-job.js";

/** The child's side of a job: this file is started as a process. */

answerCalls<JobCalls, JobEvent>({
  train: trainModel,
  map: makeMap,
  propagate: propagateLabels,
  labelErrors: findLabelErrors,
  wholeModel: saveWholeModel,
});
