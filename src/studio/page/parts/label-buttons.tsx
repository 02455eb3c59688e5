import type { LabelView } from "../../api/contract.js";
import { colourOf, labelAt, liveLabels } from "../label/labels.js";

interface LabelButtonsProps {
  /** What is known of one item; those get a tick. */
  readonly values?: Readonly<Record<number, 0 | 1>> | undefined;
  readonly onLabel: (label: LabelView, isNo: boolean) => void;
  readonly isOff?: boolean;
}

/** All labels to choose from, with their keys. */
export function LabelButtons({ values, onLabel, isOff = false }: LabelButtonsProps) {
  const labels = liveLabels.value;
  return (
    <div class="label-buttons">
      {labels.map((label) => (
        <button
          key={label.id}
          type="button"
          class="label-button"
          style={{ "--label": colourOf(label) }}
          aria-pressed={values?.[label.id] === 1}
          disabled={isOff}
          title={label.description === "" ? undefined : label.description}
          onClick={({ altKey }) => onLabel(label, altKey)}
        >
          <i class="hue-dot" aria-hidden="true" />
          <span class="label-words">{label.name}</span>
          {label.key !== undefined && <kbd>{label.key}</kbd>}
        </button>
      ))}
    </div>
  );
}

/** The label at the place that a key stands for, and the one that has the key as its own. */
export function labelKeys(onLabel: (label: LabelView, isNo: boolean) => void) {
  return {
    label: (place: number, isNo: boolean) => {
      const label = labelAt(place);
      if (label) onLabel(label, isNo);
    },
    ownKey: (key: string, isNo: boolean) => {
      const label = liveLabels.peek().find((known) => known.key?.toLowerCase() === key && !/^\d$/.test(key));
      if (label) onLabel(label, isNo);
      return label !== undefined;
    },
  };
}
