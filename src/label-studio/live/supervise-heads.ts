import type { HeadRevision } from "../../host/head-calls.js";
import { recommendTraining } from "../../training/recommend-training.js";
import { taskText } from "../contract/task.js";
import { isTaskFault } from "../contract/task-model.js";
import { systemClock } from "../serving/bounded-queue.js";
import type { EventRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { FINE_TUNING } from "../training/retrain.js";
import type { StoreOperation } from "../training/webhook-events.js";
import type { LiveHead } from "./live-head.js";
import type { LiveHeads } from "./live-heads.js";
import type { SeenText } from "./pool-file.js";
import { HeadPublisher } from "./publish-heads.js";

export interface SuperviseHeadsOptions {
  readonly store: Store;
  readonly tell: (projectId: number, level: EventRecord["level"], message: string) => void;
  /** Makes a function that tells of errors of one kind. */
  readonly failed: (what: string) => (projectId: number, error: unknown) => void;
  readonly isPushing: (projectId: number) => boolean;
  readonly requestTraining: (projectId: number, cause: string) => void;
  /** Another version serves now. */
  readonly onPublished: (projectId: number) => Promise<void>;
  /** Something that the status page shows. */
  readonly onChange: () => void;
  readonly publishEveryMs?: number | undefined;
}

export interface SupervisedHeads {
  /** A project has called: its head is solved if it is to have one. */
  begin(projectId: number): void;
  /** An event of the project was stored. */
  applied(projectId: number, operations: readonly StoreOperation[]): void;
  /** Publishes no more. */
  close(): Promise<void>;
}

/** Fine-tuning is tried again when so much of the labels is new since the last training. */
const NEW_SHARE = 0.25;

/** Keeps the heads of a backend's projects with their labels, publishes them, and asks for fine-tuning where it pays. */
export function superviseHeads(live: LiveHeads, options: SuperviseHeadsOptions): SupervisedHeads {
  const { store, tell, failed, requestTraining, onChange } = options;
  const told = new Map<number, string>();
  const nearChance = new Set<number>();
  const publisher = new HeadPublisher({
    ...{
      store,
      mayPublish: (projectId, labels) => live.mayPublish(projectId, labels),
      isBusy: options.isPushing,
      everyMs: options.publishEveryMs,
      clock: systemClock,
    },
    onPublished: (projectId, version) => {
      onChange();
      options.onPublished(projectId).catch((error: unknown) => failed(`${version} could not take over`)(projectId, error));
    },
    onFailure: failed("The head could not be published, which is tried again"),
  });

  live.listen({
    solved(projectId, head) {
      publisher.solved(projectId, head);
      onChange();
    },
    revised(projectId, head, revision) {
      publisher.solved(projectId, head);
      warnNearChance(projectId, revision);
      if (isFineTuningDue(store, projectId, head)) requestTraining(projectId, FINE_TUNING);
      onChange();
    },
    failed: failed("The head could not be solved, which is tried again"),
  });

  function warnNearChance(projectId: number, { heldOut }: HeadRevision): void {
    if (!heldOut?.isNearChance) return void nearChance.delete(projectId);
    if (nearChance.has(projectId)) return;
    nearChance.add(projectId);
    const [accuracy, chance] = [heldOut.accuracy, heldOut.chance].map((share) => (100 * share).toFixed(0));
    const figures = `in cross-validation on ${heldOut.items} labels ${accuracy} % are right, always guessing the most frequent one gives ${chance} %`;
    tell(
      projectId,
      "warn",
      `The head is near chance (BAAL_NEAR_CHANCE): ${figures}. Are the labels what the texts tell apart, and the encoder one of their language?`,
    );
  }

  function begin(projectId: number): void {
    const plan = live.plan(projectId);
    if (told.get(projectId) === plan.why) return;
    told.set(projectId, plan.why);
    if (plan.kind !== "solved") return;
    tell(projectId, "info", plan.why);
    live.changed(projectId);
  }

  for (const { id } of store.projects()) begin(id);

  return {
    begin,
    applied(projectId, operations) {
      begin(projectId);
      for (const operation of operations) {
        if (operation.kind === "seeTasks") live.see(projectId, textsOf(live, projectId, operation.tasks));
        else if (operation.kind === "deleteTasks") live.forget(projectId, operation.taskIds);
        else if (operation.kind !== "startTraining") live.changed(projectId);
      }
    },
    close: () => publisher.close(),
  };
}

/** The texts of tasks that the project's head is about; tasks without one are left out. */
function textsOf(
  live: LiveHeads,
  projectId: number,
  tasks: readonly { readonly id: number; readonly data: unknown }[],
): SeenText[] {
  const plan = live.plan(projectId);
  if (plan.kind !== "solved") return [];
  return tasks.flatMap((task) => {
    try {
      return [{ task: task.id, text: taskText(task, plan.control.source) }];
    } catch (error) {
      if (isTaskFault(error)) return [];
      throw error;
    }
  });
}

/** Whether the library would fine-tune on so many labels, and enough of them are new. */
function isFineTuningDue(store: Store, projectId: number, { current }: LiveHead): boolean {
  if (current === undefined) return false;
  const { plan, perClass } = current.evidence;
  const targets = perClass.flatMap((count, target) => new Array<number>(count).fill(target));
  const items = { length: targets.length, at: (index: number) => ({ index, input: undefined, target: targets[index] }) };
  const lastLayer = { input: "", weight: "", layout: "out-in", bias: undefined } as const;
  const traits = { labels: plan.labels, source: "safetensors", hasFreshHead: true, pooling: "mean", lastLayer } as const;
  if (["solvedHead", "plain"].includes(recommendTraining(traits, items).recipe)) return false;
  const [last] = store.runs(projectId, 1);
  return store.annotationsSince(projectId, last?.startedAt) >= Math.max(1, NEW_SHARE * targets.length);
}
