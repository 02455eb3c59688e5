import { computed, signal } from "@preact/signals";
import { base } from "./api.js";

/** The screens, in the order in which they stand in the navigation. */
export const ROUTES = ["label", "explore", "review", "model", "train", "propagate", "progress", "export", "settings"] as const;

export type Route = (typeof ROUTES)[number];

const address = signal(new URL(location.href));

/** The screen that the address names; the first one for an address that names none. */
export const route = computed<Route>(() => {
  const name = address.value.pathname.slice(base.length).split("/")[0];
  return ROUTES.find((known) => known === name) ?? "label";
});

/** The address's parameters: `query.value.get("q")`. */
export const query = computed(() => address.value.searchParams);

/** Where a screen is: `href("explore", { q: "refund" })`. */
export function href(to: Route, parameters: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(parameters).toString();
  return base + to + (search === "" ? "" : `?${search}`);
}

/** Goes to a screen. `isReplacing`: the way back leads to what was before this one. */
export function go(
  to: Route,
  parameters: Readonly<Record<string, string>> = {},
  { isReplacing = false }: { readonly isReplacing?: boolean } = {},
): void {
  const target = href(to, parameters);
  if (target === location.pathname + location.search) return;
  history[isReplacing ? "replaceState" : "pushState"](undefined, "", target);
  address.value = new URL(location.href);
}

/** Links inside the page change what is shown; ways back and forth do, too. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    address.value = new URL(location.href);
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    const name = link.pathname.slice(base.length);
    if (!ROUTES.some((known) => known === name)) return;
    event.preventDefault();
    go(name as Route, Object.fromEntries(new URL(link.href).searchParams));
    scrollTo(0, 0);
  });
}
