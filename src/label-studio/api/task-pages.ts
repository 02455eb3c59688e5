import type { RequestApi } from "./api-requests.js";
import { type TaskAnswer, taskPageAnswer } from "./api-schemas.js";
import { LabelStudioError } from "./label-studio-error.js";

export interface PageOptions {
  /** Tasks per page, 100 by default. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface TaskPage {
  /** None that a page before had. */
  readonly tasks: readonly TaskAnswer[];
  /** Tasks on this page and those before, of `total`. */
  readonly seen: number;
  /** Those of them that differ. */
  readonly distinct: number;
  readonly total: number;
}

/**
 * All tasks of a project, page by page, with annotations and predictions. While somebody deletes tasks, pages move and some tasks may be
 * left out. Throws `LabelStudioError`, with status 404 for a project that is not there, `E_ABORTED`.
 */
export async function* taskPages(
  request: RequestApi,
  projectId: number,
  { pageSize = 100, signal }: PageOptions = {},
): AsyncGenerator<TaskPage> {
  const known = new Set<number>();
  let seen = 0;
  for (let page = 1; ; page++) {
    const answer = await request({
      path: "api/tasks",
      // Addresses in tasks stay as the annotation events have them: resolved ones hold signatures that expire.
      query: { project: projectId, fields: "all", resolve_uri: false, page, page_size: pageSize },
      answer: taskPageAnswer,
      signal,
    }).catch((error: unknown) => {
      // Tasks were deleted since the last page.
      if (page > 1 && error instanceof LabelStudioError && error.status === 404) return undefined;
      throw error;
    });
    if (answer === undefined || answer.tasks.length === 0) return;
    const tasks = answer.tasks.filter(({ id }) => !known.has(id));
    for (const { id } of tasks) known.add(id);
    seen += answer.tasks.length;
    yield { tasks, seen, distinct: known.size, total: answer.total };
    if (seen >= answer.total) return;
  }
}
