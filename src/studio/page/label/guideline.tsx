import { studio } from "../client/live.js";
import { href } from "../client/router.js";
import { PlainMarkdown } from "../parts/plain-markdown.js";
import { Icon } from "../shell/icons.js";
import { colourOf, liveLabels } from "./labels.js";

/** What annotators are told: it stays open while they label. */
export function Guideline({ onClose }: { readonly onClose: () => void }) {
  const state = studio.value;
  const described = liveLabels.value.filter(({ description }) => description !== "");
  return (
    <aside class="guideline" aria-label="Guideline">
      <header class="dialog-head">
        <h2>Guideline</h2>
        <button type="button" class="tool" aria-label="Close the guideline" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {state?.project.guideline.trim() ? (
        <PlainMarkdown text={state.project.guideline} />
      ) : (
        <p class="quiet">
          There is none yet. {state?.user.role === "admin" && <a href={href("settings")}>Write one in Settings.</a>}
        </p>
      )}
      {described.length > 0 && (
        <dl class="guideline-labels">
          {described.map((label) => (
            <div key={label.id}>
              <dt>
                <span class="label-dot" style={{ "--hue": colourOf(label) }} aria-hidden="true" />
                {label.name}
              </dt>
              <dd>{label.description}</dd>
            </div>
          ))}
        </dl>
      )}
    </aside>
  );
}
