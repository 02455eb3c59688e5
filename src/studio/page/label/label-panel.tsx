import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { number } from "../../../page/parts/words.js";
import type { LabelView } from "../../api/contract.js";
import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { Caps } from "../parts/caps.js";
import { Icon } from "../shell/icons.js";
import { chordOfLabel, colourOf, isMulti, liveLabels } from "./labels.js";
import { cursor, draft, giveLabel, selection, suggestedOf, targets, withDraft } from "./marks.js";
import { current, mode, shown } from "./queue.js";

/** From so many labels on there is a search among them. */
const MANY = 10;

const wanted = signal("");

/** To the search among the labels, at once: the next key is the first of the name. */
export function focusLabelSearch(): void {
  document.querySelector<HTMLInputElement>(".find input")?.focus();
}

/** The labels: what they are, how probable, how often given, and the keys that give them. */
export function LabelPanel() {
  const labels = liveLabels.value;
  const words = wanted.value.trim().toLowerCase();
  const found = words === "" ? labels : labels.filter(({ name }) => name.toLowerCase().includes(words));
  const underCursor = selection.value.size === 0 ? shown.value[cursor.value] : undefined;
  const view = (mode.value === "focus" ? current.value : underCursor)?.view;
  const suggested = view && Object.keys(view.mine).length === 0 && draft.value.size === 0 ? suggestedOf(view) : [];
  return (
    <section class="label-panel" aria-label="Labels">
      <Totals />
      {labels.length > MANY && <FindLabel found={found} />}
      <ul class="labels">
        {found.map((label) => (
          <LabelRow key={label.id} label={label} view={view} isSuggested={suggested.includes(label.id)} />
        ))}
      </ul>
      {found.length === 0 && (
        <p class="empty">{labels.length === 0 ? "There are no labels yet: add some in Settings." : "No label is called so."}</p>
      )}
    </section>
  );
}

interface LabelRowProps {
  readonly label: LabelView;
  readonly view: ItemView | undefined;
  readonly isSuggested: boolean;
}

function LabelRow({ label, view, isSuggested }: LabelRowProps) {
  const several = isMulti.value;
  const values = view ? withDraft(view) : undefined;
  const value = values?.[label.id];
  const probability = view?.flags.validation ? undefined : view?.suggestions.find((one) => one.label === label.id)?.probability;
  const chord = chordOfLabel(label);
  const given = label.train.yes + label.validation.yes;
  const kind = value === 1 ? "is-yes" : several && value === 0 ? "is-no" : isSuggested ? "is-suggested" : "";
  const state = several ? (value === 1 ? "yes" : value === 0 ? "no" : "open") : undefined;
  return (
    <li>
      <button
        type="button"
        class={`label-row ${kind}`}
        style={{ "--hue": colourOf(label) }}
        aria-pressed={several ? undefined : value === 1}
        title={label.description === "" ? label.name : `${label.name}: ${label.description}`}
        onClick={({ altKey }) => giveLabel(label.id, altKey)}
      >
        {probability !== undefined && <span class="label-share" style={{ width: `${100 * probability}%` }} aria-hidden="true" />}
        <span class="label-key">{chord ? <Caps chord={chord} /> : <span class="label-dot" aria-hidden="true" />}</span>
        {chord && <span class="label-dot" aria-hidden="true" />}
        <span class="label-name">{label.name}</span>
        {state !== undefined && state !== "open" && <span class="label-state">{state}</span>}
        {state === "open" && <span class="unseen">open</span>}
        {isSuggested && (
          <span class="label-accept">
            <span class="unseen">suggested, </span>
            <Caps chord="Enter" />
          </span>
        )}
        {probability !== undefined && <span class="label-probability figure">{Math.round(100 * probability)} %</span>}
        <span
          class="label-count figure"
          title={`${number(label.train.yes)} to learn from, ${number(label.validation.yes)} to validate`}
        >
          <span class="unseen">, given </span>
          {number(given)}
          <span class="unseen"> times</span>
        </span>
      </button>
    </li>
  );
}

function FindLabel({ found }: { readonly found: readonly LabelView[] }) {
  const input = useRef<HTMLInputElement>(null);
  const leave = () => {
    wanted.value = "";
    input.current?.blur();
  };
  return (
    <label class="find">
      <Icon name="search" size={16} />
      <span class="unseen">Search among the labels</span>
      <input
        ref={input}
        class="input"
        type="search"
        placeholder={`Search ${number(liveLabels.value.length)} labels`}
        value={wanted.value}
        onInput={({ currentTarget }) => (wanted.value = currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") leave();
          if (event.key !== "Enter" || !found[0] || targets().length === 0) return;
          event.preventDefault();
          giveLabel(found[0].id, event.altKey);
          leave();
        }}
      />
      <Caps chord="f" />
    </label>
  );
}

/** How much is done. */
function Totals() {
  const counts = studio.value?.counts;
  if (!counts) return null;
  const { items, answered, mineToday, validation, validationAnswered } = counts;
  const share = items === 0 ? 0 : answered / items;
  return (
    <div class="totals">
      <p>
        <strong class="figure">{number(answered)}</strong>
        <span class="quiet"> of {number(items)} labelled</span>
        <span class="spacer" />
        <span class="quiet figure">{number(mineToday)} today</span>
      </p>
      <span class="meter" aria-hidden="true">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      {validation > 0 && (
        <p class="quiet figure">
          {number(validationAnswered)} of {number(validation)} validation items
        </p>
      )}
    </div>
  );
}

/** What the keys are for, in the grid. */
export function GridHint({ count }: { readonly count: number }) {
  const of = count === 0 ? "the item with the frame" : count === 1 ? "1 selected item" : `${count} selected items`;
  return (
    <p class="grid-hint">
      A label is for <strong>{of}</strong>
      <span class="quiet"> of {shown.value.length}</span>
    </p>
  );
}
