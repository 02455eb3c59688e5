import type { LabelStudioPrediction } from "../contract/prediction.js";
import { taskId } from "../contract/task.js";

/** A task that was predicted, as people know it again. */
export interface ScoredTask {
  readonly task: number;
  /** As Label Studio has it, see `ScoreOrder`. */
  readonly score: number;
  /** The choices and numbers that were predicted. */
  readonly predicted: readonly string[];
  /** The beginning of its text, or its image's address; contents of tasks, for the team that labels them. */
  readonly excerpt: string;
}

/** So many of a project are remembered, the first to be labelled. */
const KEPT = 500;
const EXCERPT = 160;

interface Scored {
  readonly version: string;
  readonly tasks: Map<number, ScoredTask>;
}

/**
 * The tasks of each project that the version which answers now is least sure of, among those that it has predicted: for requests, and for scores that
 * were sent. In memory: after a start it fills again.
 */
export class ScoredTasks {
  readonly #projects = new Map<number, Scored>();
  readonly #isHighFirst: (projectId: number) => boolean;

  /** `isHighFirst` for projects whose high scores are labelled first. */
  constructor({ isHighFirst }: { readonly isHighFirst: (projectId: number) => boolean }) {
    this.#isHighFirst = isHighFirst;
  }

  /** Remembers the predictions of tasks, one each, in order. */
  see(projectId: number, version: string, tasks: readonly unknown[], predictions: readonly LabelStudioPrediction[]): void {
    const known = this.#projects.get(projectId);
    const scored = known?.version === version ? known : { version, tasks: new Map<number, ScoredTask>() };
    this.#projects.set(projectId, scored);
    for (const [i, task] of tasks.entries()) {
      const id = taskId(task);
      const prediction = predictions[i];
      // Without a result there is nothing that it is unsure of.
      if (typeof id !== "number" || prediction === undefined || prediction.result.length === 0) continue;
      const predicted = prediction.result.flatMap(({ value: { choices, taxonomy, rating, number = rating } }) =>
        number === undefined ? (choices ?? taxonomy ?? []).map((choice) => [choice].flat().at(-1) ?? "") : [String(number)],
      );
      scored.tasks.set(id, { task: id, score: prediction.score, predicted, excerpt: excerptOf(task) });
    }
    if (scored.tasks.size > 2 * KEPT) {
      const kept = this.#ordered(projectId, scored).slice(0, KEPT);
      scored.tasks.clear();
      for (const task of kept) scored.tasks.set(task.task, task);
    }
  }

  /** In the order in which they should be labelled; none of another version. */
  next(projectId: number, version: string): readonly ScoredTask[] {
    const scored = this.#projects.get(projectId);
    return scored?.version === version ? this.#ordered(projectId, scored) : [];
  }

  #ordered(projectId: number, { tasks }: Scored): readonly ScoredTask[] {
    const isHighFirst = this.#isHighFirst(projectId);
    return [...tasks.values()].sort((a, b) => (isHighFirst ? b.score - a.score : a.score - b.score));
  }
}

/** The first text in its data. */
function excerptOf(task: unknown): string {
  const data = (task as { readonly data?: unknown } | null)?.data;
  const values = typeof data === "object" && data !== null ? Object.values(data) : [];
  const text = values.find((value): value is string => typeof value === "string" && value.trim() !== "") ?? "";
  const line = (text.startsWith("data:") ? "" : text)
    .slice(0, 4 * EXCERPT)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT - 1)}…` : line;
}
