import { studio } from "../client/live.js";
import { Icon } from "../shell/icons.js";
import { ItemBadges, ItemFields, ItemText, pictureUrl } from "./item-body.js";
import { LabelChip } from "./label-chip.js";
import { labelsById } from "./labels.js";
import { isEqualised, nextZoom, ZoomablePicture, zoom } from "./picture.js";
import { at, current, entries, frontier, moveTo } from "./queue.js";

/** One item, large. */
export function FocusCard() {
  const entry = current.value;
  if (!entry) return null;
  const { view } = entry;
  const isImage = studio.value?.project.kind === "image";
  const isEarlier = at.value < frontier.value;
  const answers = Object.entries(view.mine).flatMap(([id, value]) => {
    const label = labelsById.value.get(Number(id));
    return label && value === 1 ? [label] : [];
  });
  return (
    <article class={view.flags.exclude ? "focus-card is-excluded" : "focus-card"} aria-label={`Item ${view.id}`}>
      <header class="focus-head">
        <span class="quiet figure">#{view.id}</span>
        <ItemBadges view={view} />
        {isEarlier && <span class="badge accent">Seen before</span>}
        {answers.map((label) => (
          <LabelChip key={label.id} label={label} />
        ))}
        <span class="spacer" />
        {isImage && <PictureTools />}
        <button
          type="button"
          class="tool"
          aria-label="The item before"
          title="The item before (←)"
          disabled={at.value === 0}
          onClick={() => moveTo(at.peek() - 1)}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          class="tool"
          aria-label="The next item"
          title="The next item (→)"
          onClick={() => moveTo(at.peek() + 1)}
        >
          <Icon name="right" />
        </button>
      </header>
      <div class="focus-body" key={view.id}>
        {isImage ? <ZoomablePicture view={view} /> : <ItemText view={view} />}
        {view.flags.comment !== undefined && (
          <p class="focus-comment">
            <Icon name="comment" size={16} />
            {view.flags.comment}
          </p>
        )}
      </div>
      <ItemFields view={view} />
      {isImage && <Ahead />}
    </article>
  );
}

function PictureTools() {
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-pressed={isEqualised.value}
        title="Equalise the histogram (E)"
        onClick={() => (isEqualised.value = !isEqualised.value)}
      >
        <Icon name="contrast" />
        <span class="tool-words">Equalise</span>
      </button>
      <button type="button" class="tool" aria-pressed={zoom.value > 1} title="Zoom (I)" onClick={nextZoom}>
        <Icon name="zoom" />
        <span class="figure">{zoom.value} ×</span>
      </button>
    </>
  );
}

/** Pictures that come next are there before they are shown. */
function Ahead() {
  return (
    <div hidden>
      {entries.value.slice(at.value + 1, at.value + 5).map(({ view }) => (
        <img key={view.id} src={pictureUrl(view, 1600)} alt="" loading="eager" />
      ))}
    </div>
  );
}
