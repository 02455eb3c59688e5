import type { ApiError } from "../client/api.js";
import { href } from "../client/router.js";
import { EmptyState } from "./empty-state.js";

/** Stands where something could not be read. */
export function Trouble({ error, again }: { readonly error: ApiError; readonly again: () => void }) {
  if (error.code === "E_NO_MODEL")
    return (
      <EmptyState icon="model" title="No encoder yet">
        <p>{error.message}</p>
        <a class="action primary" href={href("settings")}>
          To the settings
        </a>
      </EmptyState>
    );
  return (
    <EmptyState icon="warning" title="This could not be loaded">
      <p>{error.message}</p>
      <button type="button" class="action" onClick={again}>
        Try again
      </button>
    </EmptyState>
  );
}

/** Stands where a part of a screen will be, in its shape. */
export function Skeleton({ kind = "card" }: { readonly kind?: "card" | "rows" | "map" }) {
  if (kind === "rows")
    return (
      <div class="skeleton-rows" aria-hidden="true">
        {Array.from({ length: 10 }, (_, i) => (
          <div key={i} class={i % 3 === 2 ? "skeleton is-line is-short" : "skeleton is-line"} />
        ))}
      </div>
    );
  return (
    <div class={kind === "map" ? "skeleton-map" : "card"} aria-hidden="true">
      <div class="skeleton is-title" />
      <div class="skeleton is-block" />
    </div>
  );
}
