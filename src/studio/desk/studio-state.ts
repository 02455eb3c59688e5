import type { LabelView, ProjectView, StudioState } from "../api/contract.js";
import type { ModelStatus } from "../api/work-contract.js";
import type { Desk, Viewer } from "./desk.js";

/** Until there is a model that ranks. */
const NO_MODEL: ModelStatus = {
  ...{ version: undefined, strategy: "random", reason: "there is no model that ranks: items come at random", labelled: 0 },
  ...{ isRanking: false, heldOutAccuracy: undefined, failure: undefined },
};

/** Everything that a page shows around the items. */
export function studioState(desk: Desk, viewer: Pick<Viewer, "name" | "role">): StudioState {
  const { states, store } = desk;
  const { name, role } = viewer;
  const brain = desk.brain();
  return {
    ...{ project: projectView(desk), user: { name, role }, users: desk.users(), labels: labelViews(desk) },
    counts: {
      ...states.totals,
      skipped: states.skippedBy(name),
      mine: states.answeredBy(name),
      mineToday: states.answeredTodayBy(name),
    },
    ...{ settings: desk.settings(), subsets: states.subsets(), seq: store.seq() },
    ...{ model: brain?.status() ?? NO_MODEL, jobs: brain?.jobs() ?? [] },
  };
}

function projectView({ name, source, data, store }: Desk): ProjectView {
  const project = store.project();
  return {
    ...{ name, data: source, folder: store.folder, kind: project?.kind ?? data.kind, task: project?.task ?? data.task },
    ...{ guideline: project?.guideline ?? "", isBegun: project !== undefined },
  };
}

/** The digits as they lie on a keyboard. */
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
const COLOURS = 12;

function labelViews({ store, states }: Desk): LabelView[] {
  let place = 0;
  return store.labels().map((label): LabelView => {
    const { id, name, key, colour, description, isArchived, mergedInto, splitFrom } = label;
    const at = isArchived ? undefined : place++;
    return {
      ...{ id, name, description, isArchived, mergedInto, splitFrom },
      key: key ?? (at === undefined ? undefined : DIGITS[at]),
      colour: colour ?? String(((id - 1) % COLOURS) + 1),
      train: states.counts(id, "train"),
      validation: states.counts(id, "validation"),
    };
  });
}
