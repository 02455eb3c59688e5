import { dismiss, hold, toasts } from "../client/toasts.js";
import { Icon } from "./icons.js";

/** What happened, in the corner, and said to those who hear the page. */
export function Toasts() {
  return (
    <div
      class="toasts"
      aria-live="polite"
      role="status"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
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
                close(id);
              }}
            >
              {action.name}
            </button>
          )}
          <button type="button" class="tool" aria-label="Close the message" onClick={() => close(id)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}

/** What is gone is left by no pointer: the others' time begins now. */
function close(id: number): void {
  dismiss(id);
  hold(false);
}
