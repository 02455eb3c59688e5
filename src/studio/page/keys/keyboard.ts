import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { studio } from "../client/live.js";
import { type ActionName, actionsByChord } from "./actions.js";

/** What a screen does on keys. A handler that returns `false` leaves the key to the browser. */
export type KeyHandlers = { readonly [A in ActionName]?: (event: KeyboardEvent) => unknown } & {
  /** A label's key, by the place of the label: 0 to 9 by digits, 10 to 19 by Shift and digit. Alt says no. */
  readonly label?: (place: number, isNo: boolean) => unknown;
  /** Any other single key, for labels that have keys of their own; `true` where it was one. */
  readonly ownKey?: (key: string, isNo: boolean) => boolean;
};

const chords = computed(() => actionsByChord(studio.value?.settings.keys ?? {}));

/** `"Ctrl+Shift+z"` of a key press. Shift is said with letters and named keys only: signs have it in them. */
export function chordOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const name = key === " " ? "Space" : isLetter ? key.toLowerCase() : key;
  const isShiftSaid = shiftKey && (isLetter || key.length > 1 || key === " ");
  return `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${isShiftSaid ? "Shift+" : ""}${name}`;
}

/** Whether what has the focus takes keys itself: a place to write, and a dialog that is open. */
function isTaken(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof Element)) return false;
  if (target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]")) return true;
  if (document.querySelector("dialog[open]")) return true;
  // Buttons and links that were reached by Tab are pressed by these.
  if ((key === "Enter" || key === " ") && target.closest("button, a, summary, [role=button], input")) return true;
  return key.startsWith("Arrow") && target.closest("input, [role=radiogroup], [role=menu], [role=tablist]") !== null;
}

/** Keys act on the screen while it is there. */
export function useKeys(handlers: KeyHandlers): void {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isTaken(event)) return;
      if (handle(event, current.current)) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

function handle(event: KeyboardEvent, handlers: KeyHandlers): boolean {
  const { code, key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const action = chords.peek().get(chordOf(event));
  const isCommand = ctrlKey || metaKey;
  // A label's own key counts before what the key does at first.
  if (!isCommand && !event.repeat && key.length === 1 && handlers.ownKey?.(key.toLowerCase(), altKey)) return true;
  const run = action === undefined ? undefined : handlers[action];
  if (run) return run(event) !== false;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit === undefined || isCommand || !handlers.label) return false;
  // A key that is held down answers once.
  if (!event.repeat) handlers.label(((Number(digit) + 9) % 10) + (shiftKey && !altKey ? 10 : 0), altKey);
  return true;
}

/** A button that was clicked gives the focus back, so that Space and Enter go on being the screen's keys. */
export function releaseClicked(): void {
  document.addEventListener("click", ({ detail, target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (detail > 0 && button && !button.closest("dialog") && !button.hasAttribute("popovertarget")) button.blur();
  });
}
