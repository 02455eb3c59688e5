import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { studio } from "../client/live.js";
import { go, href } from "../client/router.js";
import { useKeys } from "../keys/keyboard.js";
import { CommentDialog } from "../label/comment-dialog.js";
import { FilterBar } from "../label/filter-bar.js";
import { FocusCard } from "../label/focus-card.js";
import { Grid, moveCursor, selectAll, toggleAtCursor } from "../label/grid.js";
import { Guideline } from "../label/guideline.js";
import { HistoryStrip } from "../label/history-strip.js";
import { focusLabelSearch, GridHint, LabelPanel } from "../label/label-panel.js";
import { isMulti, labelAt, liveLabels } from "../label/labels.js";
import * as marks from "../label/marks.js";
import { isEqualised, nextZoom } from "../label/picture.js";
import * as queue from "../label/queue.js";
import { Caps } from "../parts/caps.js";
import { EmptyState } from "../parts/empty-state.js";
import { Icon, type IconName } from "../shell/icons.js";

const isGuidelineOpen = signal(false);
const isCommenting = signal(false);

/** Labels items: one by one, or many in a grid. */
export function LabelScreen() {
  useEffect(() => {
    if (queue.entries.peek().length === 0 && queue.handPicked.peek() === undefined) queue.restart();
    void marks.loadRecent();
    const ends = [queue.followVersions(), queue.followOthers(), marks.followOutcomes()];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  const shownId = queue.mode.value === "focus" ? queue.current.value?.view.id : queue.at.value;
  useEffect(() => marks.nowShown(), [shownId]);
  useLabelKeys();
  const isGrid = queue.mode.value === "grid";
  return (
    <div class={isGuidelineOpen.value ? "label-screen has-guideline" : "label-screen"}>
      <h2 class="unseen">Label</h2>
      <FilterBar>
        <button
          type="button"
          class="tool"
          aria-pressed={isGuidelineOpen.value}
          title="Guideline (H)"
          onClick={() => (isGuidelineOpen.value = !isGuidelineOpen.value)}
        >
          <Icon name="guideline" />
          <span class="tool-words">Guideline</span>
        </button>
      </FilterBar>
      {isGuidelineOpen.value && <Guideline onClose={() => (isGuidelineOpen.value = false)} />}
      <div class="stage">
        <Stage />
        {queue.shown.value.length > 0 && <MarkBar isGrid={isGrid} />}
        <HistoryStrip />
      </div>
      <div class="side">
        {isGrid && queue.shown.value.length > 0 && <GridHint count={marks.selection.value.size} />}
        <LabelPanel />
      </div>
      {isCommenting.value && <CommentDialog onClose={() => (isCommenting.value = false)} />}
    </div>
  );
}

function Stage() {
  const state = queue.loading.value;
  if (queue.shown.value.length > 0) return queue.mode.value === "grid" ? <Grid /> : <FocusCard />;
  if (typeof state === "object")
    return (
      <EmptyState icon="warning" title="Nothing could be loaded">
        <p>{state.error}</p>
        <button type="button" class="action primary" onClick={() => queue.restart()}>
          Try again
        </button>
      </EmptyState>
    );
  if (state === "loading" || queue.isAsking.value)
    return (
      <div class="focus-card" aria-hidden="true">
        <div class="focus-body is-loading">
          <div class="skeleton is-line" />
          <div class="skeleton is-line" />
          <div class="skeleton is-line is-short" />
        </div>
      </div>
    );
  return <QueueEmpty />;
}

/** What to do where the filter leaves nothing: the other things there are. */
function QueueEmpty() {
  const counts = studio.value?.counts;
  const isFirst = queue.filter.value.status === "unlabeled" && queue.filter.value.subset === "all";
  if (queue.handPicked.value)
    return (
      <EmptyState icon="check" title="All of these are done">
        <button type="button" class="action primary" onClick={() => queue.restart(queue.FIRST_FILTER)}>
          Back to the queue
        </button>
      </EmptyState>
    );
  const others: readonly (readonly [string, number, Partial<queue.LabelFilter>])[] = [
    ["Skipped by me", counts?.skipped ?? 0, { ...queue.FIRST_FILTER, subset: "skipped" }],
    ["Partly labelled", counts?.partial ?? 0, { ...queue.FIRST_FILTER, status: "partial" }],
    ["In conflict", counts?.conflicts ?? 0, { ...queue.FIRST_FILTER, status: "any", subset: "conflict" }],
    ["Labelled, to look at again", counts?.answered ?? 0, { ...queue.FIRST_FILTER, status: "labeled" }],
  ];
  const offered = others.filter(([, count]) => count > 0);
  return (
    <EmptyState icon="check" title={isFirst ? "Everything is labelled" : "Nothing is left with this filter"}>
      <p>
        {isFirst
          ? "What is new in the data comes here by itself."
          : "Choose another one, or begin again with all that is unlabelled."}
      </p>
      <div class="offers">
        {!isFirst && (
          <button type="button" class="action primary" onClick={() => queue.restart(queue.FIRST_FILTER)}>
            All unlabelled
          </button>
        )}
        {offered.map(([name, count, filter]) => (
          <button key={name} type="button" class="action" onClick={() => queue.restart(filter)}>
            {name} <span class="quiet figure">{count}</span>
          </button>
        ))}
        <button type="button" class="action" onClick={() => queue.restart()}>
          Look again
        </button>
      </div>
      {isFirst && <a href={href("export")}>Export the labels</a>}
    </EmptyState>
  );
}

interface MarkProps {
  readonly icon: IconName;
  readonly name: string;
  readonly chord?: string;
  readonly isOn?: boolean | undefined;
  readonly isMain?: boolean;
  readonly onPress: () => void;
}

function Mark({ icon, name, chord, isOn, isMain = false, onPress }: MarkProps) {
  return (
    <button type="button" class={isMain ? "mark is-main" : "mark"} aria-pressed={isOn} title={name} onClick={onPress}>
      <Icon name={icon} size={18} />
      <span class="mark-name">{name}</span>
      {chord !== undefined && <Caps chord={chord} />}
    </button>
  );
}

/** What can be done besides labels. */
function MarkBar({ isGrid }: { readonly isGrid: boolean }) {
  const several = isMulti.value;
  const view = isGrid ? undefined : queue.current.value?.view;
  const canSetFlags = studio.value?.user.role !== "annotator";
  return (
    <div class="mark-bar" role="toolbar" aria-label="Item">
      {!isGrid && <Mark icon="skip" name="Skip" chord="Space" onPress={() => marks.flag("skip")} />}
      {canSetFlags && (
        <>
          <Mark icon="exclude" name="Exclude" chord="x" isOn={view?.flags.exclude} onPress={() => marks.flag("exclude")} />
          <Mark
            icon="validation"
            name="Validation"
            chord="v"
            isOn={view?.flags.validation}
            onPress={() => marks.flag("validation")}
          />
        </>
      )}
      <Mark icon="comment" name="Comment" chord="m" onPress={() => (isCommenting.value = true)} />
      {isGrid && <Mark icon="copy" name="Copy to all" chord="c" onPress={marks.copyToGrid} />}
      {several && <Mark icon="close" name={isGrid ? "All zeros" : "Rest no"} chord="z" onPress={allZeros} />}
      <span class="spacer" />
      {isGrid ? (
        <>
          <Mark icon="check" name="Accept all" onPress={marks.acceptPage} />
          <Mark icon="right" name="Next page" chord="Enter" isMain onPress={() => marks.turnPage(1)} />
        </>
      ) : (
        <Mark icon="check" name={several ? "Save" : "Accept"} chord="Enter" isMain onPress={() => marks.accept()} />
      )}
    </div>
  );
}

/** In the grid: no to all that is open, and on. */
function allZeros(): void {
  marks.allZeros();
  if (queue.mode.peek() === "grid" && marks.selection.peek().size === 0) marks.turnPage(1);
}

function toggleMode(): void {
  marks.saveDraft();
  marks.clearSelection();
  if (queue.mode.peek() === "grid") queue.moveTo(queue.at.peek() + marks.cursor.peek());
  marks.cursor.value = 0;
  marks.anchor.value = 0;
  queue.mode.value = queue.mode.peek() === "grid" ? "focus" : "grid";
  void queue.fill();
}

/** To another item; what was set of this one is saved. */
function step(by: 1 | -1): void {
  if (queue.mode.peek() === "grid") {
    moveCursor({ columns: by });
    return;
  }
  marks.saveDraft();
  queue.moveTo(queue.at.peek() + by);
}

/** Keys that act in the grid only are the browser's in the other view. */
function inGrid(run: () => void): () => boolean {
  return () => {
    if (queue.mode.peek() !== "grid") return false;
    run();
    return true;
  };
}

function useLabelKeys(): void {
  useKeys({
    label: (place, isNo) => {
      const label = labelAt(place);
      if (label && queue.shown.peek().length > 0) marks.giveLabel(label.id, isNo);
    },
    ownKey: (key, isNo) => {
      const label = /\d/.test(key) ? undefined : liveLabels.peek().find((one) => one.key?.toLowerCase() === key);
      if (!label || queue.shown.peek().length === 0) return false;
      marks.giveLabel(label.id, isNo);
      return true;
    },
    accept: () => marks.accept(),
    "accept-page": inGrid(marks.acceptPage),
    "save-rest-no": () => marks.accept({ isRestNo: true }),
    skip: () => marks.flag("skip"),
    undo: marks.undo,
    redo: marks.redo,
    exclude: () => studio.peek()?.user.role !== "annotator" && marks.flag("exclude"),
    validation: () => studio.peek()?.user.role !== "annotator" && marks.flag("validation"),
    "all-zeros": allZeros,
    comment: () => {
      isCommenting.value = queue.shown.peek().length > 0;
    },
    guideline: () => {
      isGuidelineOpen.value = !isGuidelineOpen.peek();
    },
    "find-label": focusLabelSearch,
    next: () => step(1),
    previous: () => step(-1),
    up: inGrid(() => moveCursor({ rows: -1 })),
    down: inGrid(() => moveCursor({ rows: 1 })),
    grid: toggleMode,
    "select-next": inGrid(() => moveCursor({ columns: 1 }, { isRange: true })),
    "select-previous": inGrid(() => moveCursor({ columns: -1 }, { isRange: true })),
    "select-up": inGrid(() => moveCursor({ rows: -1 }, { isRange: true })),
    "select-down": inGrid(() => moveCursor({ rows: 1 }, { isRange: true })),
    select: inGrid(toggleAtCursor),
    "select-all": inGrid(selectAll),
    copy: inGrid(marks.copyToGrid),
    similar: () => {
      const [entry] = marks.targets();
      if (entry) go("explore", { item: String(entry.view.id) });
    },
    search: () => go("explore", { view: "table" }),
    equalise: () => {
      isEqualised.value = !isEqualised.peek();
    },
    zoom: nextZoom,
    close: () => {
      if (marks.selection.peek().size > 0) marks.clearSelection();
      else isGuidelineOpen.value = false;
    },
  });
}
