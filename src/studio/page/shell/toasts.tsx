import { dismiss, toasts } from "../client/toasts.js";
import { Icon } from "./icons.js";

/** What happened, in the corner, and said to those who hear the page. */
export function Toasts() {
  return (
    <div class="toasts" aria-live="polite" role="status">
      {toasts.value.map(({ id, kind, text, action }) => (
        <div key={id} class={`toast is-${kind}`}>
          {kind !== "plain" && <Icon name={kind === "good" ? "check" : "warning"} size={18} />}
          <p>{text}</p>
          {action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.name}
            </button>
          )}
          <button type="button" class="tool" aria-label="Close the message" onClick={() => dismiss(id)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
