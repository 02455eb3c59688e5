import { useEffect, useState } from "preact/hooks";
import type { LabelView } from "../../api/contract.js";
import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { go } from "../client/router.js";
import { items as itemWords } from "../client/write-batch.js";
import { showItems } from "../label/queue.js";
import { ItemContent } from "../parts/item-content.js";
import { LabelButtons } from "../parts/label-buttons.js";
import { LabelTags } from "../parts/label-tag.js";
import { StateSign } from "./item-table.js";
import { RemoveItems } from "./remove-items.js";
import { itemsById } from "./use-items.js";
import { stateOf } from "./use-map.js";

interface SelectionPanelProps {
  readonly selected: ReadonlySet<number>;
  /** Changes when answers do, so that what is listed is read again. */
  readonly revision: number;
  readonly onLabel: (label: LabelView, isNo: boolean) => void;
  readonly onExclude: () => void;
  readonly onOpen: (item: number) => void;
  readonly onRemove: (item: number) => void;
  readonly onClear: () => void;
  /** They are no longer in the project. */
  readonly onRemoved: () => void;
}

/** Of many items the first are listed. */
const LISTED = 60;
/** The page of Label holds all that it shows. */
const MOST_IN_GRID = 5_000;

/** What is selected, and what can be done with all of it at once. */
export function SelectionPanel({
  selected,
  revision,
  onLabel,
  onExclude,
  onOpen,
  onRemove,
  onClear,
  onRemoved,
}: SelectionPanelProps) {
  const [listed, setListed] = useState<readonly ItemView[]>();
  const [isRemoving, setRemoving] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    void itemsById([...selected].slice(0, LISTED), controller.signal).then(setListed, () => {});
    return () => controller.abort();
  }, [selected, revision]);
  const off = selected.size > MOST_IN_GRID ? `The grid shows ${itemWords(MOST_IN_GRID)} at most` : undefined;
  const inGrid = () => {
    if (off !== undefined) return;
    void showItems([...selected], `${itemWords(selected.size)} of Explore`);
    go("label");
  };
  const answered = listed?.filter((item) => stateOf(item) !== "open").length ?? 0;
  return (
    <section class="side-card" aria-label="Selection">
      <header class="side-head">
        <h2 aria-live="polite">{`${itemWords(selected.size)} selected`}</h2>
        <button type="button" class="tool" onClick={onClear}>
          Clear <kbd>Esc</kbd>
        </button>
      </header>
      <p class="quiet">
        A label goes to all of them at once, and one undo takes it back.
        {answered > 0 &&
          ` ${answered === selected.size ? "All" : listed && selected.size > LISTED ? "Some" : answered} of them have an answer already.`}
      </p>
      <LabelButtons onLabel={onLabel} />
      <div class="side-actions">
        <button type="button" class="action" onClick={onExclude}>
          Exclude <kbd>X</kbd>
        </button>
        <button type="button" class="action" aria-disabled={off !== undefined} title={off} onClick={inGrid}>
          In the grid
        </button>
        {studio.value?.user.role === "admin" && (
          <button type="button" class="action danger" onClick={() => setRemoving(true)}>
            Remove …
          </button>
        )}
      </div>
      {isRemoving && <RemoveItems items={[...selected]} onRemoved={onRemoved} onClose={() => setRemoving(false)} />}
      <ul class="side-list">
        {listed?.map((item) => (
          <li key={item.id}>
            <button type="button" class="side-item" onClick={() => onOpen(item.id)}>
              <ItemContent item={item} look="small" />
              <span class="side-facts">
                <StateSign state={stateOf(item)} />
                {Object.keys(item.resolved ?? {}).length > 0 && <LabelTags values={item.resolved} />}
              </span>
            </button>
            <button type="button" class="tool" aria-label="Take out of the selection" onClick={() => onRemove(item.id)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {selected.size > LISTED && <p class="quiet">{`and ${(selected.size - LISTED).toLocaleString("en")} more`}</p>}
    </section>
  );
}
