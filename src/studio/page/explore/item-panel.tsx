import type { LabelView } from "../../api/contract.js";
import type { ItemDetail, SimilarItems } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { ItemContent } from "../parts/item-content.js";
import { LabelButtons } from "../parts/label-buttons.js";
import { LabelTag, LabelTags, Share } from "../parts/label-tag.js";
import { Skeleton, Trouble } from "../parts/trouble.js";
import { useReading } from "../parts/use-reading.js";
import { StateSign } from "./item-table.js";
import { stateOf } from "./use-map.js";

interface ItemPanelProps {
  readonly item: number;
  readonly revision: number;
  /** Whether like items are listed. */
  readonly isSimilarShown: boolean;
  readonly onSimilar: (isShown: boolean) => void;
  readonly onLabel: (label: LabelView, isNo: boolean) => void;
  readonly onExclude: (isOn: boolean) => void;
  readonly onOpen: (item: number) => void;
  readonly onSelect: (items: readonly number[]) => void;
  readonly onClose: () => void;
}

const SIMILAR = 24;

/** One item: what is known of it, and the ones that are like it. */
export function ItemPanel({
  item,
  revision,
  isSimilarShown,
  onSimilar,
  onLabel,
  onExclude,
  onOpen,
  onSelect,
  onClose,
}: ItemPanelProps) {
  const { value: detail, error, again } = useReading<ItemDetail>(`items/${item}`, revision);
  const similar = useReading<SimilarItems>(isSimilarShown ? `items/${item}/similar?k=${SIMILAR}` : undefined, revision);
  const labels = studio.value?.labels ?? [];
  if (error && !detail) return <Trouble error={error} again={again} />;
  if (!detail) return <Skeleton />;
  const fields = Object.entries(detail.fields).filter(([, value]) => value !== null && value !== "");
  return (
    <section class="side-card" aria-label="Item">
      <h2 class="unseen">One item</h2>
      <header class="side-head">
        <StateSign state={detail.isConflict ? "conflict" : stateOf(detail)} />
        <button type="button" class="tool" onClick={onClose}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div class="side-content">
        <ItemContent item={detail} look="full" />
      </div>
      <LabelButtons values={detail.mine} onLabel={onLabel} />
      {detail.suggestions.length > 0 && (
        <>
          <h3>The model says</h3>
          <ul class="suggestions">
            {detail.suggestions.slice(0, 3).map(({ label, probability }) => {
              const known = labels.find(({ id }) => id === label);
              return (
                known && (
                  <li key={label}>
                    <LabelTag label={known} />
                    <Share value={probability} />
                  </li>
                )
              );
            })}
          </ul>
        </>
      )}
      {detail.answers.length > 0 && (
        <>
          <h3>Answers</h3>
          <ul class="suggestions">
            {detail.answers.map(({ user, values }) => (
              <li key={user}>
                <span>{user}</span>
                <LabelTags values={values} />
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="side-actions">
        <button type="button" class="action" aria-pressed={isSimilarShown} onClick={() => onSimilar(!isSimilarShown)}>
          Similar items <kbd>S</kbd>
        </button>
        <button type="button" class="action" onClick={() => onExclude(!detail.flags.exclude)}>
          {detail.flags.exclude ? "Take back in" : "Exclude"} <kbd>X</kbd>
        </button>
      </div>
      {isSimilarShown && (
        <>
          <div class="side-head">
            <h3>Most like it</h3>
            {similar.value && similar.value.items.length > 0 && (
              <button type="button" class="tool" onClick={() => onSelect([item, ...similar.value!.items.map(({ id }) => id)])}>
                Select all {similar.value.items.length + 1}
              </button>
            )}
          </div>
          {similar.error && <p class="empty">{similar.error.message}</p>}
          {!similar.value && !similar.error && <Skeleton kind="rows" />}
          <ul class="side-list">
            {similar.value?.items.map((other) => (
              <li key={other.id}>
                <button type="button" class="side-item" onClick={() => onOpen(other.id)}>
                  <ItemContent item={other} look="small" />
                  <span class="side-facts">
                    <Share value={other.similarity} />
                    {Object.keys(other.resolved ?? {}).length > 0 && <LabelTags values={other.resolved} />}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {fields.length > 0 && (
        <details>
          <summary>Other columns</summary>
          <dl class="facts-list">
            {fields.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
      <p class="quiet source">{detail.source}</p>
    </section>
  );
}
