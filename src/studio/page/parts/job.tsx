import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { duration } from "../../../page/parts/words.js";
import type { JobView } from "../../api/work-contract.js";
import { api } from "../client/api.js";
import { modelRefusal } from "../client/role.js";
import { toastError } from "../client/toasts.js";
import { useOnce } from "./use-once.js";

/** The job as long as it runs. */
export function running(job: JobView | undefined): JobView | undefined {
  return job?.state === "running" ? job : undefined;
}

interface JobFormProps {
  /** What is set here. */
  readonly name: string;
  readonly job: JobView | undefined;
  /** Where `POST` begins such a job, with `config` as its body. */
  readonly path: string;
  readonly config: object;
  /** Of the button: what it does, and what is under way. */
  readonly words: readonly [begin: string, runs: string];
  /** What is to be there before it can begin. */
  readonly missing: string | undefined;
  /** Reads what the job is now. */
  readonly again: () => void;
  /** Beside the button. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The settings of a job that runs behind whoever labels, and the button that begins it; it says why it cannot be begun. */
export function JobForm({ name, job, path, config, words, missing, again, aside, children }: JobFormProps) {
  const id = useId();
  const now = running(job);
  const why = missing ?? modelRefusal();
  const [isAsking, begin] = useOnce(() => api(path, { method: "POST", body: config }).finally(again));
  const isOff = isAsking || now !== undefined || why !== undefined;
  return (
    <form
      class="card train-form"
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isOff) begin();
      }}
    >
      <div class="fields">{children}</div>
      {why !== undefined && (
        <p class="missing" id={id}>
          {why}
        </p>
      )}
      <div class="side-actions">
        <button type="submit" class="action primary" aria-disabled={isOff} aria-describedby={why === undefined ? undefined : id}>
          {words[now ? 1 : 0]}
        </button>
        {aside}
      </div>
    </form>
  );
}

/** How far a job is, what it is doing, and how long it will take; its way out stands in the head of its card. */
export function JobProgress({ job, name }: { readonly job: JobView; readonly name: string }) {
  return (
    <div class="run-progress">
      <progress max={1} value={job.progress} aria-label={name} />
      <p class="quiet">
        {job.message}
        {job.secondsLeft !== undefined && `, about ${duration(1000 * job.secondsLeft)} left`}
      </p>
    </div>
  );
}

export function CancelJob({ job, again }: { readonly job: JobView; readonly again: () => void }) {
  const cancel = () => void api(`jobs/${job.id}/cancel`, { method: "POST", body: {} }).then(again, toastError);
  const off = modelRefusal();
  return (
    <button
      type="button"
      class="action danger"
      aria-disabled={off !== undefined}
      title={off}
      onClick={() => off === undefined && cancel()}
    >
      Cancel
    </button>
  );
}

interface JobFailureProps {
  readonly job: JobView | undefined;
  /** Where it has said nothing itself. */
  readonly otherwise: string;
  /** What is so all the same. */
  readonly after: string;
}

/** Why a job ended before it was done; nothing of any other one. */
export function JobFailure({ job, otherwise, after }: JobFailureProps) {
  if (job?.state !== "failed") return null;
  return (
    <p class="banner bad" role="alert">
      {job.error ?? otherwise} {after}
    </p>
  );
}
