import type { LabelView } from "../../api/contract.js";
import { studio } from "../client/live.js";
import { colourOf } from "../label/labels.js";

/** A label's name with its colour. `isNo`: it has it not. */
export function LabelTag({ label, isNo = false }: { readonly label: LabelView; readonly isNo?: boolean }) {
  return (
    <span class={isNo ? "label-tag is-no" : "label-tag"} style={{ "--label": colourOf(label) }}>
      <i class="hue-dot" aria-hidden="true" />
      <span class="label-words">
        {isNo && "not "}
        {label.name}
      </span>
    </span>
  );
}

/** The labels that have yes among `values`, or some that have no where none has; nothing where nothing is known. */
export function LabelTags({ values }: { readonly values: Readonly<Record<number, 0 | 1>> | undefined }) {
  const known = (studio.value?.labels ?? []).filter(({ id }) => values?.[id] !== undefined);
  const yes = known.filter(({ id }) => values?.[id] === 1);
  if (known.length === 0) return <span class="quiet">–</span>;
  if (yes.length === 0) return <span class="quiet">none</span>;
  return (
    <span class="label-tags">
      {yes.map((label) => (
        <LabelTag key={label.id} label={label} />
      ))}
    </span>
  );
}

/** How probable something is, as words and as a bar. */
export function Share({ value }: { readonly value: number }) {
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <i style={{ width: `${Math.round(100 * value)}%` }} />
      </span>
      {`${Math.round(100 * value)} %`}
    </span>
  );
}
