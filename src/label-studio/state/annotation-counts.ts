import type { StateDatabase } from "../../system/state-database.js";

interface Counts {
  readonly labelled: number;
  readonly skipped: number;
  /** Labelled ones that arrived after a run began, by the arrival of that. */
  readonly since: { readonly arrival: number; readonly count: number } | undefined;
}

/** A stored annotation as it counts: whether it is skipped, and when it arrived. */
export interface CountedAnnotation {
  readonly isSkipped: boolean;
  readonly arrival: number;
}

/**
 * How many annotations projects have. Each event asks for it, and counting hundreds of thousands takes longer than storing one: it is counted
 * once and kept up to date.
 */
export class AnnotationCounts {
  readonly #database: StateDatabase;
  readonly #counts = new Map<number, Counts>();

  constructor(database: StateDatabase) {
    this.#database = database;
    database.onRollback(() => this.#counts.clear());
  }

  labelled(projectId: number): number {
    return this.#of(projectId).labelled;
  }

  skipped(projectId: number): number {
    return this.#of(projectId).skipped;
  }

  /** Labelled ones that are new or changed after that arrival. */
  since(projectId: number, arrival: number): number {
    const counts = this.#of(projectId);
    if (counts.since?.arrival === arrival) return counts.since.count;
    const count = this.#count("project_id = ? AND was_cancelled = 0 AND arrival > ?", projectId, arrival);
    this.#counts.set(projectId, { ...counts, since: { arrival, count } });
    return count;
  }

  /** One was stored in the place of `before`. */
  stored(projectId: number, now: CountedAnnotation, before: CountedAnnotation | undefined): void {
    const counts = this.#counts.get(projectId);
    if (counts === undefined) return;
    const { labelled, skipped, since } = counts;
    const change = (isIn: (one: CountedAnnotation) => boolean) =>
      Number(isIn(now)) - Number(before !== undefined && isIn(before));
    const isLabelled = ({ isSkipped }: CountedAnnotation) => !isSkipped;
    this.#counts.set(projectId, {
      labelled: labelled + change(isLabelled),
      skipped: skipped + change(({ isSkipped }) => isSkipped),
      since: since && {
        ...since,
        count: since.count + change((one) => isLabelled(one) && one.arrival > since.arrival),
      },
    });
  }

  /** Some were removed: it is counted again when somebody asks. */
  forget(projectId: number): void {
    this.#counts.delete(projectId);
  }

  #of(projectId: number): Counts {
    const known = this.#counts.get(projectId);
    if (known) return known;
    const made: Counts = {
      labelled: this.#count("project_id = ? AND was_cancelled = 0", projectId),
      skipped: this.#count("project_id = ? AND was_cancelled = 1", projectId),
      since: undefined,
    };
    this.#counts.set(projectId, made);
    return made;
  }

  #count(condition: string, ...values: readonly number[]): number {
    return this.#database.one<{ n: number }>(`SELECT count(*) AS n FROM annotations WHERE ${condition}`, ...values)!.n;
  }
}
