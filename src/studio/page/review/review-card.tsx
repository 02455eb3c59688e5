import type { LabelView } from "../../api/contract.js";
import type { ItemDetail, ItemView, ReviewEntry, ReviewKind } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { StateSign } from "../explore/item-table.js";
import { stateOf } from "../explore/use-map.js";
import { colourOf } from "../label/labels.js";
import { Caps } from "../parts/caps.js";
import { ItemContent } from "../parts/item-content.js";
import { LabelButtons } from "../parts/label-buttons.js";
import { LabelTag, LabelTags, Share } from "../parts/label-tag.js";
import { Icon } from "../shell/icons.js";
import type { Word } from "./words-of-review.js";

interface ReviewCardProps {
  readonly entry: ReviewEntry;
  readonly kind: ReviewKind;
  /** Items as they are since something was said. */
  readonly changed: ReadonlyMap<number, ItemView>;
  readonly words: readonly Word[];
  readonly said: string | undefined;
  readonly place: string;
  readonly onWord: (word: Word) => void;
  readonly onLabel: (label: LabelView, isNo: boolean) => void;
  readonly onFlag: (flag: "exclude" | "validation") => void;
  readonly onMove: (step: number) => void;
}

/** An entry with both opinions, and what can be said about it. */
export function ReviewCard({ entry, kind, changed, words, said, place, onWord, onLabel, onFlag, onMove }: ReviewCardProps) {
  const first = entry.items[0]!;
  return (
    <section class="card review-card" aria-label="Entry">
      <header class="side-head">
        <span class="review-place">
          <StateSign state={first.isConflict ? "conflict" : stateOf(changed.get(first.id) ?? first)} />
          {said !== undefined && <span class="review-said">✓ {said}</span>}
        </span>
        <span class="review-move">
          <button type="button" class="tool" aria-label="The one before" onClick={() => onMove(-1)}>
            <Icon name="left" />
          </button>
          <span class="quiet">{place}</span>
          <button type="button" class="tool" aria-label="The next one" onClick={() => onMove(1)}>
            <Icon name="right" />
          </button>
        </span>
      </header>
      {entry.items.map((item) => (
        <div key={item.id} class="review-item">
          <ItemContent item={item} look="full" />
          {entry.items.length > 1 && <LabelTags values={item.resolved ?? item.answers[0]?.values} />}
        </div>
      ))}
      <Opinions entry={entry} item={first} />
      <div class="review-words">
        {words.map((word) => (
          <button
            key={word.words}
            type="button"
            class={`review-word ${word.key === "Enter" ? "is-change" : ""}`}
            style={word.label ? { "--label": colourOf(word.label) } : undefined}
            onClick={() => onWord(word)}
          >
            {word.label && <i class="hue-dot" aria-hidden="true" />}
            <span class="label-words">{word.words}</span>
            {word.key !== undefined && <Caps chord={word.key} />}
          </button>
        ))}
      </div>
      {kind !== "excluded" && (
        <>
          <h3>{entry.instead ? "Or something else" : "Give a label"}</h3>
          <LabelButtons onLabel={onLabel} />
        </>
      )}
      <div class="side-actions">
        {kind !== "excluded" && (
          <button type="button" class="action" onClick={() => onFlag("exclude")}>
            Exclude <kbd>X</kbd>
          </button>
        )}
        {kind === "validation" && (
          <button type="button" class="action" onClick={() => onFlag("validation")}>
            No validation item <kbd>V</kbd>
          </button>
        )}
      </div>
      <p class="quiet source">{first.source}</p>
    </section>
  );
}

/** Who says what. */
function Opinions({ entry, item }: { readonly entry: ReviewEntry; readonly item: ItemDetail }) {
  const labels = studio.value?.labels ?? [];
  const instead = labels.find(({ id }) => id === entry.instead?.label);
  const isNo = studio.value?.project.task === "multi" && entry.instead !== undefined && entry.instead.probability < 0.5;
  const answers = entry.items.length > 1 ? [] : item.answers;
  if (answers.length === 0 && !instead) return null;
  return (
    <dl class="opinions">
      {answers.map(({ user, values, via }) => (
        <div key={user} class="opinion">
          <dt>
            {user}
            {via === "review" && <span class="badge accent">review</span>}
          </dt>
          <dd>
            <LabelTags values={values} />
          </dd>
        </div>
      ))}
      {instead && entry.instead && (
        <div class="opinion is-model">
          <dt>The model, which has not seen this label</dt>
          <dd>
            <LabelTag label={instead} isNo={isNo} />
            <Share value={isNo ? 1 - entry.instead.probability : entry.instead.probability} />
          </dd>
        </div>
      )}
      {item.comments.map(({ user, text }) => (
        <div key={`${user} ${text}`} class="opinion is-comment">
          <dt>{user} writes</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
