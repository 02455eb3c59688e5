import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "baal studio theme";
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What the user chose on this machine. */
export const theme = signal<Theme>(THEMES.find((known) => known === localStorage.getItem(KEY)) ?? "system");

/** Keeps the page's looks what was chosen. */
export function keepTheme(): void {
  effect(() => {
    const { dataset } = document.documentElement;
    if (theme.value === "system") delete dataset["theme"];
    else dataset["theme"] = theme.value;
    localStorage.setItem(KEY, theme.value);
  });
}

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
}
