import { signal } from "@preact/signals";

export interface Toast {
  readonly id: number;
  readonly kind: "plain" | "good" | "bad";
  readonly text: string;
  /** A button in it. */
  readonly action?: { readonly name: string; readonly run: () => void } | undefined;
}

export const toasts = signal<readonly Toast[]>([]);

const SHOWN_MS = 5_000;
/** A way back is looked for, and what is wrong is read twice. */
const SHOWN_LONGER_MS = 12_000;
let last = 0;
let isHeld = false;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/** Says something in the corner, for a while. The same words again take the place of the first. */
export function toast(text: string, { kind = "plain", action }: Partial<Pick<Toast, "kind" | "action">> = {}): void {
  const one: Toast = { id: ++last, kind, text, action };
  toasts.value = [...toasts.value.filter((known) => known.text !== text).slice(-2), one];
  dismissLater(one);
}

/** Keeps what is said while somebody points at it or is in it by keys; its time begins anew when they leave (WCAG 2.2.1). */
export function hold(isOn: boolean): void {
  isHeld = isOn;
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  if (!isOn) toasts.peek().forEach(dismissLater);
}

function dismissLater({ id, kind, action }: Toast): void {
  if (!isHeld) timers.set(id, setTimeout(dismiss, kind === "bad" || action ? SHOWN_LONGER_MS : SHOWN_MS, id));
}

/** Says what went wrong. */
export function toastError(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), { kind: "bad" });
}

export function dismiss(id: number): void {
  timers.delete(id);
  toasts.value = toasts.value.filter((known) => known.id !== id);
}
