import { Action } from "../../page/parts/parts.js";
import { ago, duration, number } from "../../page/parts/words.js";
import type { ProjectStatus } from "../backend/status.js";
import type { TrainingRun } from "../state/records.js";
import { ask } from "./server.js";

const PHASES = ["data", "loading", "training", "evaluating", "saving"] as const;
const PHASE_NAMES: Readonly<Record<string, string>> = {
  data: "Labels",
  loading: "Model",
  training: "Training",
  evaluating: "Check",
  saving: "Save",
};
const CAUSES: Readonly<Record<string, string>> = {
  START_TRAINING: "asked for in Label Studio",
  annotations: "enough new labels",
  min_annotations_to_start_training: "enough labels for the first time",
  "status page": "asked for on this page",
  "interrupted training": "a training that a stop of the server had ended",
};

/** Why a training was asked for, in words. */
export function causeOf(cause: string): string {
  return CAUSES[cause] ?? cause;
}

interface TrainingPanelProps {
  readonly project: ProjectStatus;
  readonly runs: readonly TrainingRun[];
  readonly now: number;
  readonly isGone: boolean;
  readonly onRefused: (reason: string) => void;
}

/** A training that waits or runs: how far it is, and how long it will take. Nothing where none does. */
export function TrainingPanel({ project, runs, now, isGone, onRefused }: TrainingPanelProps) {
  const { id, training } = project;
  if (training.state === "idle") return null;
  const cancel = (
    <Action
      kind="danger"
      offBecause={isGone ? "The server does not answer." : undefined}
      run={() => ask(`api/projects/${id}/cancel`)}
      onRefused={onRefused}
    >
      Cancel
    </Action>
  );
  if (training.state === "queued") {
    return (
      <section class="card training" aria-label="Training">
        <div class="training-head">
          <div>
            <strong>Training waits for its turn</strong>
            <p class="quiet">{causeOf(training.cause)}</p>
          </div>
          {cancel}
        </div>
      </section>
    );
  }
  const { phase, step, totalSteps, loss, startedAt, remainingMs, cause } = training;
  const at = PHASES.map(String).indexOf(phase);
  const share = totalSteps > 0 ? step / totalSteps : undefined;
  const before = runs.find(({ status, endedAt }) => status === "completed" && endedAt !== undefined);
  const facts = [
    totalSteps > 0 ? `step ${number(step)} of ${number(totalSteps)}` : undefined,
    loss === undefined || loss === null ? undefined : `loss ${loss.toFixed(3)}`,
    `${duration(now - startedAt)} so far`,
    before?.endedAt === undefined ? undefined : `the last one took ${duration(before.endedAt - before.startedAt)}`,
  ].filter((fact) => fact !== undefined);
  return (
    <section class="card training" aria-label="Training">
      <div class="training-head">
        <div>
          <strong>{remainingMs === undefined ? "Training" : `Training, about ${duration(remainingMs)} left in this step`}</strong>
          <p class="quiet">{causeOf(cause)}</p>
        </div>
        {cancel}
      </div>
      <progress max={1} value={share} aria-label={`${PHASE_NAMES[phase] ?? phase}: progress`} />
      <ol class="phases">
        {PHASES.map((name, i) => (
          <li key={name} class={i < at ? "done" : i === at ? "now" : ""} aria-current={i === at ? "step" : undefined}>
            {PHASE_NAMES[name]}
          </li>
        ))}
      </ol>
      <p class="quiet facts">{facts.join(" · ")}</p>
    </section>
  );
}

/** How the last training ended, in a line. */
export function lastTraining(
  run: TrainingRun | undefined,
  now: number,
): { readonly text: string; readonly kind: "quiet" | "warn" | "bad" } {
  if (run === undefined) return { text: "none so far", kind: "quiet" };
  const { status, endedAt, startedAt } = run;
  const when = ago(endedAt ?? startedAt, now);
  if (status === "completed") return { text: `done ${when}`, kind: "quiet" };
  if (status === "insufficient") return { text: `too few labels, ${when}`, kind: "warn" };
  if (status === "failed") return { text: `failed ${when}`, kind: "bad" };
  return { text: `${status} ${when}`, kind: status === "interrupted" ? "warn" : "quiet" };
}
