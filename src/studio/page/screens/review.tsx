import { useEffect, useRef, useState } from "preact/hooks";
import type { LabelView } from "../../api/contract.js";
import type { ItemView, Review, ReviewEntry, ReviewKind } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { go, query } from "../client/router.js";
import { flagBatch, labelBatch, undoLast, writeBatch } from "../client/write-batch.js";
import { useKeys } from "../keys/keyboard.js";
import { EmptyState } from "../parts/empty-state.js";
import { ItemContent } from "../parts/item-content.js";
import { labelKeys } from "../parts/label-buttons.js";
import { LabelTag, LabelTags } from "../parts/label-tag.js";
import { ScreenHead } from "../parts/screen-head.js";
import { Skeleton, Trouble } from "../parts/trouble.js";
import { useReading } from "../parts/use-reading.js";
import { ReviewCard } from "../review/review-card.js";
import { type Word, wordsOf } from "../review/words-of-review.js";

const TABS: Readonly<Record<ReviewKind, { readonly name: string; readonly about: string; readonly nothing: string }>> = {
  "label-errors": {
    name: "Label errors",
    about: "Labels that a model which has not seen them doubts, the most doubtful first.",
    nothing: "The model doubts no label",
  },
  conflicts: { name: "Conflicts", about: "Items that people have answered differently.", nothing: "Nobody disagrees" },
  duplicates: {
    name: "Duplicates",
    about: "Items that are as good as the same, with different labels.",
    nothing: "No duplicates are labelled differently",
  },
  excluded: { name: "Excluded", about: "Items that are left out of everything.", nothing: "Nothing is excluded" },
  validation: {
    name: "Validation",
    about: "Items that measure the model. They are never trained on, so what is wrong here misleads most.",
    nothing: "No validation items yet",
  },
};
const KINDS = Object.keys(TABS) as readonly ReviewKind[];

/** What may be wrong, one after the other: keep it, or say what is right. */
export function ReviewScreen() {
  const kind = KINDS.find((known) => known === query.value.get("tab")) ?? "label-errors";
  const { value: review, error, again } = useReading<Review>(`review/${kind}`);
  const conflicts = studio.value?.counts.conflicts ?? 0;
  return (
    <div class="screen review">
      <ScreenHead title="Review" words={TABS[kind].about} />
      <div class="tabs" role="tablist" aria-label="What is reviewed">
        {KINDS.map((other, place) => (
          <button
            key={other}
            type="button"
            role="tab"
            id={`tab-${other}`}
            aria-selected={other === kind}
            aria-controls="review-panel"
            tabIndex={other === kind ? 0 : -1}
            onClick={() => go("review", { tab: other }, { isReplacing: true })}
            onKeyDown={(event) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
              if (step === undefined) return;
              const next = KINDS[(place + step + KINDS.length) % KINDS.length]!;
              go("review", { tab: next }, { isReplacing: true });
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {TABS[other].name}
            {other === "conflicts" && conflicts > 0 && <span class="tab-count">{conflicts}</span>}
          </button>
        ))}
      </div>
      <div id="review-panel" role="tabpanel" aria-labelledby={`tab-${kind}`}>
        {error && !review ? (
          <Trouble error={error} again={again} />
        ) : !review ? (
          <div class="review-body">
            <Skeleton kind="rows" />
            <Skeleton />
          </div>
        ) : review.entries.length === 0 ? (
          <EmptyState icon={review.note === undefined ? "check" : "review"} title={TABS[kind].nothing}>
            <p>{review.note ?? "Nothing here is doubtful. Come back when there are more labels."}</p>
            <button type="button" class="action" onClick={again}>
              Look again
            </button>
          </EmptyState>
        ) : (
          <Entries key={kind} review={review} again={again} />
        )}
      </div>
    </div>
  );
}

/** The entries of a review: what was said about some is kept until it is read anew, so that nothing jumps. */
function Entries({ review, again }: { readonly review: Review; readonly again: () => void }) {
  const [at, setAt] = useState(0);
  const [said, setSaid] = useState<ReadonlyMap<ReviewEntry, string>>(new Map());
  const [changed, setChanged] = useState<ReadonlyMap<number, ItemView>>(new Map());
  const list = useRef<HTMLUListElement>(null);
  const entry = review.entries[Math.min(at, review.entries.length - 1)]!;
  const labels = studio.value?.labels ?? [];
  const task = studio.value?.project.task ?? "single";
  const words = wordsOf(review.kind, entry, { labels, task });
  const isEnd = said.size === review.entries.length;

  useEffect(() => {
    const frame = list.current;
    const now = frame?.querySelector("[aria-current]");
    if (!frame || !now) return;
    // The list alone is scrolled: the page stays where it is.
    const [outer, inner] = [frame.getBoundingClientRect(), now.getBoundingClientRect()];
    if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top;
    else if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom;
  }, [at]);

  const move = (step: number) => setAt((known) => Math.min(review.entries.length - 1, Math.max(0, known + step)));
  const take = (views: readonly ItemView[]) =>
    setChanged((known) => new Map([...known, ...views.map((view) => [view.id, view] as const)]));
  const say = async (batch: Parameters<typeof writeBatch>[0], what: string) => {
    const wrote = await writeBatch(batch, what, (undone) => {
      take(undone.items);
      setSaid((known) => new Map([...known].filter(([other]) => other !== entry)));
    });
    if (!wrote) return;
    take(wrote.items);
    setSaid((known) => new Map(known).set(entry, what));
    move(1);
  };
  const speak = (word: Word | undefined) => word && void say(word.batch, word.said);
  const give = (label: LabelView, isNo: boolean) =>
    void say(
      labelBatch(
        entry.items.map(({ id }) => id),
        label,
        { isNo, via: "review" },
      ),
      `${isNo ? "Not " : ""}“${label.name}”`,
    );
  const flag = (name: "exclude" | "validation") => {
    const isOn = !entry.items.every(({ flags }) => flags[name]);
    const batch = flagBatch(
      entry.items.map(({ id }) => id),
      name,
      { isOn, via: "review" },
    );
    void say(batch, name === "exclude" ? (isOn ? "Excluded" : "Taken back in") : isOn ? "Validation item" : "No validation item");
  };
  useKeys({
    ...labelKeys(give),
    accept: () => speak(words.find(({ key }) => key === "Enter")),
    skip: () => speak(words.find(({ key }) => key === "Space")),
    down: () => move(1),
    up: () => move(-1),
    next: () => move(1),
    previous: () => move(-1),
    exclude: () => flag("exclude"),
    validation: () => flag("validation"),
    undo: () => void undoLast((wrote) => take(wrote.items)),
  });
  return (
    <div class="review-body">
      <div class="review-list">
        <p class="quiet review-done" aria-live="polite">
          {`${said.size} of ${review.entries.length} done`}
          {isEnd && (
            <button type="button" class="more" onClick={again}>
              Look for more
            </button>
          )}
        </p>
        <ul ref={list}>
          {review.entries.map((other, place) => (
            <li key={other.items.map(({ id }) => id).join()}>
              <button
                type="button"
                class={`review-entry ${said.has(other) ? "is-done" : ""}`}
                aria-current={place === at ? "true" : undefined}
                onClick={() => setAt(place)}
              >
                <ItemContent item={other.items[0]!} look="small" />
                <span class="side-facts">
                  {said.has(other) ? (
                    <span class="review-said">✓ {said.get(other)}</span>
                  ) : (
                    <EntryFacts entry={other} labels={labels} />
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <ReviewCard
        entry={entry}
        kind={review.kind}
        changed={changed}
        words={words}
        said={said.get(entry)}
        place={`${Math.min(at + 1, review.entries.length)} of ${review.entries.length}`}
        onWord={speak}
        onLabel={give}
        onFlag={flag}
        onMove={move}
      />
    </div>
  );
}

/** An entry in short: what is said, and what may be meant. */
function EntryFacts({ entry, labels }: { readonly entry: ReviewEntry; readonly labels: readonly LabelView[] }) {
  const instead = labels.find(({ id }) => id === entry.instead?.label);
  return (
    <>
      <LabelTags values={entry.items[0]!.resolved ?? entry.items[0]!.answers[0]?.values} />
      {instead && (
        <>
          <span class="quiet" aria-hidden="true">
            →
          </span>
          <span class="unseen">the model says</span>
          <LabelTag label={instead} />
        </>
      )}
      {entry.items.length > 1 && <span class="quiet">{entry.items.length} items</span>}
    </>
  );
}
