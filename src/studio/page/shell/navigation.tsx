import { useEffect, useRef } from "preact/hooks";
import { studio } from "../client/live.js";
import { href, ROUTES, type Route, route } from "../client/router.js";
import { Icon } from "./icons.js";

export const TITLES: Readonly<Record<Route, string>> = {
  ...{ label: "Label", explore: "Explore", review: "Review", model: "Model", train: "Train" },
  ...{ propagate: "Propagate", progress: "Progress", export: "Export", settings: "Settings" },
};

/** Those that a narrow window has in its bar; the others are behind "More". */
const IN_BAR: readonly Route[] = ["label", "explore", "review", "progress"];

const GROUPS: readonly (readonly Route[])[] = [
  ["label", "explore", "review"],
  ["model", "train", "propagate"],
  ["progress", "export", "settings"],
];

/** The way to the screens: a rail, and at the bottom of a narrow window a bar. */
export function Navigation() {
  const more = useRef<HTMLDivElement>(null);
  const now = route.value;
  useEffect(() => {
    if (more.current?.matches(":popover-open")) more.current.hidePopover();
  }, [now]);
  return (
    <nav class="rail" aria-label="Screens">
      {GROUPS.map((group) => (
        <ul key={group[0]}>
          {group.map((name) => (
            <li key={name} class={IN_BAR.includes(name) ? "in-bar" : ""}>
              <Entry name={name} />
            </li>
          ))}
        </ul>
      ))}
      <button type="button" class={IN_BAR.includes(now) ? "rail-more" : "rail-more is-now"} popovertarget="more-screens">
        <Icon name="more" />
        More
      </button>
      <div ref={more} id="more-screens" class="more-screens" popover="auto">
        <ul>
          {ROUTES.filter((name) => !IN_BAR.includes(name)).map((name) => (
            <li key={name}>
              <Entry name={name} />
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}

function Entry({ name }: { readonly name: Route }) {
  const conflicts = name === "review" ? (studio.value?.counts.conflicts ?? 0) : 0;
  return (
    <a href={href(name)} aria-current={route.value === name ? "page" : undefined}>
      <Icon name={name} />
      <span>{TITLES[name]}</span>
      {conflicts > 0 && (
        <span class="rail-count">
          {conflicts}
          <span class="unseen"> conflicts</span>
        </span>
      )}
    </a>
  );
}
