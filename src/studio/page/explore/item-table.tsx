// biome-ignore-all lint/a11y/useSemanticElements: the parts of a grid whose rows are placed one by one.
import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { STATE_NAMES } from "../map/map-colours.js";
import { ItemContent } from "../parts/item-content.js";
import { LabelTag, LabelTags, Share } from "../parts/label-tag.js";
import { VirtualRows } from "../parts/virtual-rows.js";
import type { ItemsReading } from "./use-items.js";
import { stateOf } from "./use-map.js";

interface ItemTableProps {
  readonly items: ItemsReading;
  readonly selected: ReadonlySet<number>;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onOpen: (item: number) => void;
  /** Rows that are to be selected, or not; `isOnly`: nothing else. */
  readonly onSelect: (items: readonly number[], how: "only" | "add" | "remove") => void;
}

const ROW = { text: 44, image: 60 } as const;

/** Items as rows: Space selects, Shift and arrows select on, Enter opens. */
export function ItemTable({ items, selected, active, onActive, onOpen, onSelect }: ItemTableProps) {
  const kind = studio.value?.project.kind ?? "text";
  const total = items.total ?? 0;
  const idAt = (index: number) => items.at(index)?.id;
  const between = (from: number, to: number) => {
    const ids: number[] = [];
    for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
      const id = idAt(index);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  };
  const toggle = (index: number) => {
    const id = idAt(index);
    if (id !== undefined) onSelect([id], selected.has(id) ? "remove" : "add");
  };
  const move = (index: number, event: MouseEvent | KeyboardEvent) => {
    if (event.shiftKey) onSelect(between(active, index), "add");
    onActive(index);
    if (event instanceof KeyboardEvent || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) return toggle(index);
    const id = idAt(index);
    if (id !== undefined) onOpen(id);
  };
  const press = (event: KeyboardEvent, index: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") toggle(index);
    else if (event.key === "Enter") {
      const id = idAt(index);
      if (id !== undefined) onOpen(id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <VirtualRows
      label={`${total.toLocaleString("en")} items`}
      count={total}
      rowHeight={ROW[kind]}
      head={["", kind === "image" ? "Image" : "Text", "Label", "Prediction", "Score", "State"].map((name) => (
        <span key={name} role="columnheader" tabIndex={-1} class={name === "Score" ? "figure" : undefined}>
          {name === "" ? <span class="unseen">Selected</span> : name}
        </span>
      ))}
      row={(index) => (
        <Cells item={items.at(index)} isSelected={selected.has(idAt(index) ?? -1)} onToggle={() => toggle(index)} />
      )}
      rowClass={(index) => (selected.has(idAt(index) ?? -1) ? "is-selected" : "")}
      isSelected={(index) => selected.has(idAt(index) ?? -1)}
      active={active}
      onActive={move}
      onKey={press}
      onRange={items.want}
    />
  );
}

interface CellsProps {
  readonly item: ItemView | undefined;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
}

function Cells({ item, isSelected, onToggle }: CellsProps) {
  if (!item) return <Cell>{<span class="skeleton is-cell" />}</Cell>;
  const [best] = item.suggestions;
  const label = studio.value?.labels.find(({ id }) => id === best?.label);
  const state = stateOf(item);
  return (
    <>
      <Cell>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label="Select"
          checked={isSelected}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        />
      </Cell>
      <Cell>
        <ItemContent item={item} look="line" />
      </Cell>
      <Cell>
        <LabelTags values={item.resolved} />
      </Cell>
      <Cell>
        {best && label ? (
          <span class="prediction">
            <LabelTag label={label} />
            <Share value={best.probability} />
          </span>
        ) : (
          <span class="quiet">–</span>
        )}
      </Cell>
      <Cell kind="figure">{item.score === undefined ? <span class="quiet">–</span> : item.score.toFixed(2)}</Cell>
      <Cell>
        <StateSign state={item.isConflict ? "conflict" : state} />
      </Cell>
    </>
  );
}

function Cell({ kind = "", children }: { readonly kind?: string; readonly children: preact.ComponentChildren }) {
  return (
    <span role="gridcell" tabIndex={-1} class={kind}>
      {children}
    </span>
  );
}

/** What an item is: a form, and words. */
export function StateSign({ state }: { readonly state: keyof typeof STATE_NAMES | "conflict" }) {
  return (
    <span class={`state-sign ${state}`}>
      <StateForm state={state} />
      {state === "conflict" ? "Conflict" : STATE_NAMES[state]}
    </span>
  );
}

/** The forms that points have on the map. */
export function StateForm({ state }: { readonly state: keyof typeof STATE_NAMES | "conflict" }) {
  return (
    <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" class={`state-form ${state}`}>
      {state === "open" && <circle r="3" />}
      {state === "answered" && <circle r="5" />}
      {state === "partial" && (
        <>
          <circle r="4.2" class="hollow" />
          <path d="M0,-4.2A4.2,4.2 0 0 0 0,4.2Z" />
        </>
      )}
      {state === "excluded" && <path d="M-4,-4L4,4M4,-4L-4,4" class="hollow" />}
      {state === "validation" && <path d="M0,-6L6,0L0,6L-6,0Z" />}
      {state === "conflict" && <path d="M0,-5.500L5.5,5H-5.500Z" class="hollow" />}
    </svg>
  );
}
