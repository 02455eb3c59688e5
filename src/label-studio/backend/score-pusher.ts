/** Why scores are to be pushed: another version serves, or there may be tasks without a prediction of it. */
export type PushCause = "version" | "tasks";

export interface ScorePusherOptions {
  /** Pushes the scores that are missing. What it throws is told by `onFailure`, and it is called again later. */
  readonly push: (projectId: number, cause: PushCause, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** Tasks that come are gathered for so long, in milliseconds; 3,000 by default. */
  readonly gatherMs?: number | undefined;
  /** Until the first further try after a failure, in milliseconds; doubled up to half an hour. 30,000 by default. */
  readonly retryMs?: number | undefined;
}

const LONGEST_WAIT_MS = 30 * 60_000;

interface Project {
  /** The reason of the next push. */
  wanted: PushCause | undefined;
  timer: NodeJS.Timeout | undefined;
  controller: AbortController | undefined;
  running: Promise<void> | undefined;
  failures: number;
}

/** One push per project at a time. A new version ends the push of the one before; tasks that come during a push lead to another one. */
export class ScorePusher {
  readonly #options: ScorePusherOptions;
  readonly #projects = new Map<number, Project>();
  #isClosed = false;

  constructor(options: ScorePusherOptions) {
    this.#options = options;
  }

  request(projectId: number, cause: PushCause): void {
    if (this.#isClosed) return;
    const { gatherMs = 3_000 } = this.#options;
    const project = this.#of(projectId);
    if (project.wanted !== "version") project.wanted = cause;
    if (cause === "version") {
      project.failures = 0;
      project.controller?.abort();
      this.#schedule(projectId, project, 0);
    } else if (project.timer === undefined) this.#schedule(projectId, project, gatherMs);
  }

  /** Whether a push is under way, or waits for its turn. */
  isBusy(projectId: number): boolean {
    const { wanted, running } = this.#projects.get(projectId) ?? {};
    return running !== undefined || wanted === "version";
  }

  /** Ends all pushes and resolves when none is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const projects = [...this.#projects.values()];
    for (const { timer, controller } of projects) {
      clearTimeout(timer);
      controller?.abort();
    }
    await Promise.all(projects.map(({ running }) => running));
  }

  #of(projectId: number): Project {
    const known = this.#projects.get(projectId);
    if (known) return known;
    const made: Project = { wanted: undefined, timer: undefined, controller: undefined, running: undefined, failures: 0 };
    this.#projects.set(projectId, made);
    return made;
  }

  #schedule(projectId: number, project: Project, ms: number): void {
    clearTimeout(project.timer);
    project.timer = setTimeout(() => {
      project.timer = undefined;
      // The push that is under way starts the next one when it ends.
      project.running ??= this.#run(projectId, project).finally(() => {
        project.running = undefined;
        if (!this.#isClosed && project.wanted !== undefined && project.timer === undefined)
          this.#schedule(projectId, project, this.#waitMs(project));
      });
    }, ms).unref();
  }

  #waitMs({ failures }: Project): number {
    const { gatherMs = 3_000, retryMs = 30_000 } = this.#options;
    return failures === 0 ? gatherMs : Math.min(LONGEST_WAIT_MS, retryMs * 2 ** (failures - 1));
  }

  /** Never throws. */
  async #run(projectId: number, project: Project): Promise<void> {
    const cause = project.wanted ?? "tasks";
    const controller = new AbortController();
    project.wanted = undefined;
    project.controller = controller;
    try {
      await this.#options.push(projectId, cause, controller.signal);
      project.failures = 0;
    } catch (error) {
      // Ended for a newer version, or with the server.
      if (controller.signal.aborted) return;
      project.failures++;
      if (project.wanted !== "version") project.wanted = cause;
      this.#options.onFailure(projectId, error);
    } finally {
      project.controller = undefined;
    }
  }
}
