import { calibratorFor } from "../../calibration/calibrator.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Predictions } from "../../core/predictions.js";
import type { HeadRevision, HeadWeights, SolvedSummary } from "../../host/head-calls.js";
import type { HeadHost } from "../../host/head-host.js";
import { HttpError } from "../contract/http-error.js";
import { taskText } from "../contract/task.js";
import { predictBatch, type TaskDrawOptions, type TaskModel } from "../contract/task-model.js";
import type { Clock } from "../serving/bounded-queue.js";
import type { Store } from "../state/store.js";
import type { BackendTrainingOptions } from "../training/training-options.js";
import type { Gathered, LiveCalls } from "./live-calls.js";
import type { LiveEncoder } from "./live-encoder.js";
import type { LivePlan } from "./live-plan.js";
import { type PoolFile, type SeenText, textKey } from "./pool-file.js";

/** Processes of live heads. */
export type LiveHost = Pick<HeadHost<LiveCalls>, "call">;

export interface LiveHeadContext extends Pick<BackendTrainingOptions, "annotators"> {
  /** What a head is solved from is read in its folder, by the heads' processes. */
  readonly store: Pick<Store, "folder" | "projectById">;
  readonly planOf: (labelConfig: string) => LivePlan;
  /** The encoder of a version of the project; of the base model for `undefined`. */
  readonly encoderOf: (projectId: number, version: string | undefined) => LiveEncoder;
  readonly openPool: (projectId: number) => Promise<PoolFile>;
  /** Solves and predicts; `background` cross-validates, in another process. */
  readonly heads: LiveHost;
  readonly background: LiveHost;
  readonly onSolved: (projectId: number) => void;
  readonly onRevised: (projectId: number, revision: HeadRevision) => void;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** A prediction waits at most so long for the labels that have just come; 3,000 by default. */
  readonly freshMs?: number | undefined;
  /** Between the beginnings of two cross-validations; 10,000 by default. */
  readonly reviseEveryMs?: number | undefined;
  /** Until what failed is tried again; 30,000 by default. */
  readonly retryMs?: number | undefined;
  readonly clock: Clock;
}

/** A head that answers now. */
export interface SolvedHead {
  readonly evidence: Gathered;
  /** Version whose encoder it stands on; the base model's for `undefined`. */
  readonly encoder: string | undefined;
  readonly summary: SolvedSummary;
  readonly solvedAt: number;
}

/**
 * The head of one project, solved again after each change of its labels. One solution at a time: changes that come meanwhile are in the next. It
 * is made of what is stored and nothing else, so a restart, or labels taken back, give the head that they should.
 */
export class LiveHead {
  readonly projectId: number;
  readonly #context: LiveHeadContext;
  #memory: Promise<PoolFile> | undefined;
  #remembering: Promise<void> = Promise.resolve();
  /** Changes so far, and those that the head has. */
  #asked = 0;
  #done = 0;
  #running: Promise<void> | undefined;
  /** Requests that wait for labels that came before them. */
  readonly #waiting: (() => void)[] = [];
  #current: SolvedHead | undefined;
  /** The version whose encoder the next head stands on. */
  #encoder: string | undefined;
  #problem: unknown;
  #revised: string | undefined;
  #revising: Promise<void> | undefined;
  #lastRevision = Number.NEGATIVE_INFINITY;
  #cancelRevision: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  readonly #stop = new AbortController();
  revision: HeadRevision | undefined;

  constructor(projectId: number, context: LiveHeadContext) {
    this.projectId = projectId;
    this.#context = context;
  }

  /** The head that answers; `undefined` before the first. */
  get current(): SolvedHead | undefined {
    return this.#current;
  }

  /** Whether the head has all that is stored, and cross-validation has said what it has to say of that. */
  get isSettled(): boolean {
    const evidence = this.#current?.evidence;
    return (
      this.#running === undefined &&
      this.#revising === undefined &&
      evidence !== undefined &&
      evidence.revisionKey === this.#revised
    );
  }

  /** Labels, the configuration or unlabelled texts are other ones: the head is solved again, after this has returned. */
  changed(): void {
    if (this.#stop.signal.aborted) return;
    this.#asked++;
    this.#begin();
  }

  /** Remembers texts of tasks, for the part that unlabelled ones have in the head. */
  see(seen: readonly SeenText[]): Promise<void> {
    return this.#remember(() => this.#see(seen));
  }

  async #see(seen: readonly SeenText[]): Promise<void> {
    const memory = await this.#open();
    const news = await memory.add(seen);
    // A few more change little; the next label brings them in.
    const before = this.#current?.evidence.pool ?? 0;
    if (news > 0 && (this.#current === undefined || memory.texts.size >= 1.2 * before + 20)) this.changed();
  }

  forget(tasks: readonly number[]): Promise<void> {
    return this.#remember(async () => {
      await (await this.#open()).remove(tasks);
      this.changed();
    });
  }

  /** One after the other: what was seen before it was deleted is deleted. */
  #remember(work: () => Promise<void>): Promise<void> {
    const done = this.#remembering.then(work);
    this.#remembering = done.catch(() => undefined);
    return done;
  }

  /** Unlabelled texts that are known. */
  async unlabelled(): Promise<readonly string[]> {
    const labelled = new Set(this.#current?.evidence.labelledSeen);
    return [...(await this.#open()).byKey].filter(([key]) => !labelled.has(key)).map(([, text]) => text);
  }

  /**
   * The head as a model of tasks, once there is one over the encoder of that version. Throws `E_DATA` while there is nothing to solve it from (no label,
   * and names that say nothing), and what loading the encoder throws.
   */
  async taskModel(encoder: string | undefined): Promise<TaskModel> {
    if (this.#current === undefined || this.#current.encoder !== encoder) {
      if (this.#encoder !== encoder || this.#asked === 0 || this.#problem !== undefined) {
        this.#encoder = encoder;
        this.changed();
      }
      await this.#running;
    } else await this.#fresh();
    const { labels } = this.#solved(encoder).evidence.plan;
    const { calibration } = (await this.#open()).settings ?? {};
    return {
      kind: "text",
      labels,
      calibrator: calibratorFor(labels, calibration),
      isMultiLabel: false,
      read: taskText,
      predict: async (inputs, options) => {
        const seen = inputs.flatMap(({ value, taskId }) => (taskId === undefined ? [] : [{ task: taskId, text: value }]));
        await this.see(seen);
        const texts = inputs.map(({ value }) => value);
        return predictBatch(texts, (own, call) => this.#predict(own, labels, call), { ...options, classes: labels.length });
      },
    };
  }

  /** The weights of the head that answers. */
  async weights(): Promise<HeadWeights> {
    return this.#context.heads.call("weights", { head: this.#name(this.#solved(this.#current?.encoder).encoder) });
  }

  /** Resolves when the head has all that was changed before, or could not be solved. */
  async settled(): Promise<void> {
    await this.#remembering;
    while (this.#running) await this.#running;
    while (this.#revising) await this.#revising;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancelRevision?.();
    this.#cancelRetry?.();
    await this.settled();
    await (await this.#memory)?.close();
  }

  #open(): Promise<PoolFile> {
    this.#memory ??= this.#context.openPool(this.projectId);
    return this.#memory;
  }

  #name(encoder: string | undefined): string {
    return `project ${this.projectId} ${encoder ?? "base"}`;
  }

  #solved(encoder: string | undefined): SolvedHead {
    if (this.#current?.encoder === encoder && this.#current !== undefined) return this.#current;
    if (this.#problem !== undefined) throw this.#problem;
    throw new BaalError("E_DATA", "There is no label yet, and the labels' names say nothing: no head can be solved.");
  }

  #begin(): void {
    this.#cancelRetry?.();
    this.#running ??= Promise.resolve()
      .then(() => this.#solveAll())
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Never throws. */
  async #solveAll(): Promise<void> {
    while (this.#done < this.#asked && !this.#stop.signal.aborted) {
      const asked = this.#asked;
      try {
        const solved = await this.#solve();
        this.#problem = undefined;
        this.#done = asked;
        this.#tellWaiting();
        // Whoever waits has the new label; the rest of the way nobody waits for.
        if (solved?.summary.hasConverged === false && this.#asked === asked) await this.#solveFurther(solved);
        this.#context.onSolved(this.projectId);
        this.#planRevision();
      } catch (error) {
        this.#tellWaiting();
        if (this.#stop.signal.aborted) return;
        this.#problem = error;
        this.#done = asked;
        this.#context.onFailure(this.projectId, error);
        this.#cancelRetry = this.#context.clock.after(this.#context.retryMs ?? 30_000, () => this.changed());
      }
    }
  }

  /** `undefined` where there is nothing to solve a head from. */
  async #solve(): Promise<SolvedHead | undefined> {
    const { heads } = this.#context;
    const encoder = this.#encoder;
    const evidence = await this.#gather(heads, encoder);
    if (evidence === undefined || (evidence.labelled === 0 && !evidence.hasNames)) {
      this.#current = undefined;
      return undefined;
    }
    const before = this.#current;
    const solved = await this.#solveFurther({ evidence, encoder }, { isHurried: true });
    if (before !== undefined && before.encoder !== encoder) await heads.call("drop", { head: this.#name(before.encoder) });
    return solved;
  }

  async #solveFurther(
    { evidence, encoder }: Pick<SolvedHead, "evidence" | "encoder">,
    { isHurried = false } = {},
  ): Promise<SolvedHead> {
    const { heads, clock } = this.#context;
    const { pseudoWeight } = evidence.settings;
    const request = { ...(await this.#place(evidence, encoder)), pseudoWeight, isHurried };
    const summary = await heads.call("solveGathered", request, this.#stop);
    this.#current = { evidence, encoder, summary, solvedAt: clock.now() };
    return this.#current;
  }

  async #place({ id }: Gathered, encoder: string | undefined) {
    const vectors = await this.#context.encoderOf(this.projectId, encoder).vectors();
    return { ...vectors, head: this.#name(encoder), id };
  }

  /**
   * Lets a process bring together what a head is solved from, with a vector for each text. `undefined` for a project that no head is solved for.
   */
  async #gather(host: LiveHost, encoder: string | undefined, { withCandidates = false } = {}): Promise<Gathered | undefined> {
    const { store, planOf, annotators, encoderOf } = this.#context;
    // What was seen or deleted before takes part, or not, whether it is on disk by now or not.
    await this.#remembering;
    const memory = await this.#open();
    const plan = planOf(store.projectById(this.projectId)?.labelConfig ?? "");
    if (plan.kind !== "solved") return undefined;
    const [seen, head, { signal }] = [memory.byKey, this.#name(encoder), this.#stop];
    const request = { plan, annotators, settings: memory.settings, seen: [...seen.keys()] };
    const gathered = await host.call("gather", { ...request, head, store: store.folder, projectId: this.projectId }, { signal });
    if (gathered.labelled === 0 && !gathered.hasCandidates) return gathered;
    const model = encoderOf(this.projectId, encoder);
    const place = await this.#place(gathered, encoder);
    for (;;) {
      const texts = await host.call("unembedded", { ...place, withCandidates }, { signal });
      if (texts.length === 0) return gathered;
      await model.embed(new Map(texts.map(({ key, text }) => [key, text ?? seen.get(key)!])), { signal });
    }
  }

  /** Under the labels that the request began with. */
  async #predict(
    texts: readonly string[],
    labels: readonly string[],
    { signal, seed, iterations, fewestDraws = 1 }: TaskDrawOptions,
  ): Promise<Predictions> {
    const { heads, encoderOf } = this.#context;
    // The head itself is its best estimate: draws are for scores that compare them.
    const draws = fewestDraws > 1 ? iterations : 1;
    await this.#fresh();
    for (let attempt = 0; ; attempt++) {
      const { encoder, evidence } = this.#solved(this.#current?.encoder);
      if (JSON.stringify(evidence.plan.labels) !== JSON.stringify(labels))
        throw new HttpError(503, "E_BUSY", "The project's labels have just changed: ask again.");
      const items = texts.map(textKey);
      await encoderOf(this.projectId, encoder).embed(new Map(items.map((key, n) => [key, texts[n]!])), { signal });
      try {
        return await heads.call("predict", { head: this.#name(encoder), items, iterations: draws, seed }, { signal });
      } catch (error) {
        // Its process has died, and comes back without it; or another encoder took over just now.
        if (attempt > 0 || !(error instanceof BaalError && error.code === "E_MODEL_HOST")) throw error;
        this.changed();
        await this.#running;
      }
    }
  }

  /** Labels that came before the request are in its answer, unless that took too long. */
  async #fresh(): Promise<void> {
    if (this.#done >= this.#asked) return;
    const { clock, freshMs = 3_000 } = this.#context;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(freshMs, resolve);
    });
    const solved = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await Promise.race([solved, late]);
    cancel();
  }

  #tellWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #planRevision(): void {
    const evidence = this.#current?.evidence;
    if (
      evidence === undefined ||
      this.#revising !== undefined ||
      this.#stop.signal.aborted ||
      evidence.revisionKey === this.#revised
    )
      return;
    const { clock, reviseEveryMs = 10_000 } = this.#context;
    this.#cancelRevision?.();
    this.#cancelRevision = clock.after(Math.max(0, this.#lastRevision + reviseEveryMs - clock.now()), () => {
      this.#revising ??= this.#revise().finally(() => {
        this.#revising = undefined;
        this.#planRevision();
      });
    });
  }

  /** Never throws. What cross-validation says of names and unlabelled texts counts from the next solution on, which follows at once. */
  async #revise(): Promise<void> {
    const { background, clock, onRevised, onFailure } = this.#context;
    const current = this.#current;
    if (current === undefined) return;
    this.#lastRevision = clock.now();
    const { encoder } = current;
    let { revisionKey } = current.evidence;
    try {
      // Names that are not used just now may be worth using again.
      const evidence = await this.#gather(background, encoder, { withCandidates: true });
      if (evidence === undefined || (evidence.labelled === 0 && !evidence.hasCandidates)) return;
      // Of labels that have come since, perhaps.
      ({ revisionKey } = evidence);
      const revision = await background.call("reviseGathered", await this.#place(evidence, encoder), this.#stop);
      this.#revised = revisionKey;
      this.revision = revision;
      const before = evidence.settings;
      // Names that are given may come to be of use; of those that are not, nothing was said.
      const withNames = evidence.hasCandidates ? revision.withNames : before.withNames;
      // Without unlabelled texts nothing was said of what they are to count.
      const pseudoWeight = evidence.pool === 0 ? before.pseudoWeight : revision.pseudoWeight;
      const isNews = before.withNames !== withNames || before.pseudoWeight !== pseudoWeight;
      await (await this.#open()).saveSettings({ withNames, pseudoWeight, calibration: revision.calibration });
      if (isNews) this.changed();
      onRevised(this.projectId, revision);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#revised = revisionKey;
      onFailure(
        this.projectId,
        new BaalError("E_MODEL_HOST", `Cross-validation failed: ${errorMessage(error)}`, { cause: error }),
      );
    }
  }
}
