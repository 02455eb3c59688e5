import type { Store } from "../state/store.js";

/**
 * Projects whose last training the server's end has interrupted, and not the one before as well: a training that takes the server down
 * with it is not begun for ever.
 */
export function interruptedTrainings(store: Pick<Store, "projects" | "runs">): readonly number[] {
  return store.projects().flatMap(({ id }) => {
    const [last, before] = store.runs(id, 2);
    return last?.status === "interrupted" && before?.status !== "interrupted" ? [id] : [];
  });
}
