import type { LabelView } from "../../api/contract.js";
import { colourOf } from "./labels.js";

export interface LabelChipProps {
  readonly label: LabelView;
  /** Of a suggestion: it is drawn as one that may be taken. */
  readonly probability?: number | undefined;
  readonly isNo?: boolean;
}

/** A label as it stands on an item. */
export function LabelChip({ label, probability, isNo = false }: LabelChipProps) {
  const kind = probability !== undefined ? "is-suggested" : isNo ? "is-no" : "";
  return (
    <span class={`label-chip ${kind}`} style={{ "--hue": colourOf(label) }}>
      <span class="label-dot" aria-hidden="true" />
      <span class="label-chip-name">
        {isNo && <span class="unseen">not </span>}
        {label.name}
      </span>
      {probability !== undefined && <span class="figure">{Math.round(100 * probability)} %</span>}
    </span>
  );
}
