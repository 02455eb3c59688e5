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
/** What is wrong is read twice. */
const SHOWN_BAD_MS = 12_000;
let last = 0;

/** Says something in the corner, for a while. The same words again take the place of the first. */
export function toast(text: string, { kind = "plain", action }: Partial<Pick<Toast, "kind" | "action">> = {}): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((known) => known.text !== text).slice(-2), { id, kind, text, action }];
  setTimeout(() => dismiss(id), kind === "bad" ? SHOWN_BAD_MS : SHOWN_MS);
}

/** Says what went wrong. */
export function toastError(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), { kind: "bad" });
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((known) => known.id !== id);
}
