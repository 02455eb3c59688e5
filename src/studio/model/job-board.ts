import { BaalError, errorMessage } from "../../core/errors.js";
import { diskFullMessage } from "../../system/disk-reserve.js";
import type { JobView } from "../api/work-contract.js";
import { ifPossible } from "../store/if-possible.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { JobKind } from "../store/work-tables.js";

/** What a job has at hand. */
export interface JobContext {
  readonly id: number;
  readonly signal: AbortSignal;
  /** A share from 0 to 1, and what is being done. */
  readonly progress: (share: number, message?: string) => void;
}

/** Long work of a project: each job is in the store while it runs and after it. */
export interface JobBoard {
  /** Begins the work; a failure is the job's, and is not thrown. */
  begin(kind: JobKind, message: string, work: (context: JobContext) => Promise<void>): JobView;
  running(kind: JobKind): JobView | undefined;
  jobs(): readonly JobView[];
  /** Throws `E_ARGUMENT` for a job that does not run. */
  cancel(id: number): void;
  /** Asks all jobs to end, and waits for it. */
  stop(): Promise<void>;
}

/** So many jobs are told of. */
const SHOWN = 20;
/** Between two tries to write how jobs have ended, on a disk that is full. */
const RETRY_MS = 1000;
/** Least part of a job between two reports of it. */
const STEP = 0.005;

interface Running {
  readonly controller: AbortController;
  readonly beganAt: number;
  readonly ended: Promise<void>;
}

interface JobEnd {
  readonly state: "done" | "failed" | "cancelled";
  readonly error: string | undefined;
}

export function jobBoard(store: StudioStore, onChange: (job: JobView) => void): JobBoard {
  const running = new Map<number, Running>();
  const messages = new Map<number, string>();
  const progress = new Map<number, number>();
  /** How jobs have ended, where it is not in the store yet. */
  const ends = new Map<number, JobEnd>();
  let retry: NodeJS.Timeout | undefined;

  const view = (job: Omit<JobView, "message" | "secondsLeft">): JobView => {
    const own = running.get(job.id);
    const share = own ? (progress.get(job.id) ?? 0) : job.progress;
    const seconds = own && share > 0.02 ? ((Date.now() - own.beganAt) / 1000 / share) * (1 - share) : undefined;
    const end = ends.get(job.id);
    if (end)
      return {
        ...job,
        ...end,
        progress: end.state === "done" ? 1 : share,
        message: messages.get(job.id) ?? "",
        secondsLeft: undefined,
      };
    return { ...job, progress: share, message: messages.get(job.id) ?? "", secondsLeft: seconds };
  };
  const jobs = () => store.jobs(SHOWN).map(view);
  const find = (id: number) => jobs().find((job) => job.id === id);
  const tell = (id: number) => {
    const job = find(id);
    if (job) onChange(job);
  };
  let isStopping = false;
  const writeEnds = () => {
    clearTimeout(retry);
    for (const [id, { state, error }] of ends) {
      if (!ifPossible(() => store.endJob(id, state, error))) {
        if (!isStopping) retry = setTimeout(writeEnds, RETRY_MS).unref();
        return;
      }
      ends.delete(id);
      tell(id);
    }
  };

  return {
    jobs,
    running: (kind) => jobs().find((job) => job.kind === kind && job.state === "running"),
    begin(kind, message, work) {
      const { id } = store.beginJob(kind);
      const controller = new AbortController();
      messages.set(id, message);
      let told = 0;
      const context: JobContext = {
        ...{ id, signal: controller.signal },
        progress(share, now) {
          progress.set(id, share);
          if (now !== undefined) messages.set(id, now);
          if (share - told < STEP && now === undefined) return;
          told = share;
          ifPossible(() => store.jobProgress(id, share));
          tell(id);
        },
      };
      const end = (state: JobEnd["state"], error?: string) => {
        running.delete(id);
        if (state !== "done" && isStopping) return;
        ends.set(id, { state, error });
        tell(id);
        writeEnds();
      };
      // Begun in a turn of its own: whoever begins a job is told of it first.
      const ended = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => work(context))
        .then(
          () => end("done"),
          (error: unknown) =>
            controller.signal.aborted ? end("cancelled") : end("failed", diskFullMessage(error) ?? errorMessage(error)),
        );
      running.set(id, { controller, beganAt: Date.now(), ended });
      setImmediate(() => tell(id));
      return find(id)!;
    },
    cancel(id) {
      const own = running.get(id);
      if (!own) throw new BaalError("E_ARGUMENT", `Job ${id} does not run, so it cannot be cancelled.`);
      own.controller.abort();
    },
    async stop() {
      isStopping = true;
      for (const { controller } of running.values()) controller.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
      clearTimeout(retry);
    },
  };
}
