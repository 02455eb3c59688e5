import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { pictureUrl } from "../label/item-body.js";

interface ItemContentProps {
  readonly item: ItemView;
  /** `"line"`: in one line of a table; `"small"` in a list; `"full"`: all of it. */
  readonly look: "line" | "small" | "full";
}

const WIDTHS = { line: 96, small: 160, full: 960 } as const;

/** A text or a picture. */
export function ItemContent({ item, look }: ItemContentProps) {
  if (studio.value?.project.kind !== "image") return <span class={`item-words ${look}`}>{item.content}</span>;
  return (
    <span class={`item-picture ${look}`}>
      <img src={pictureUrl(item, WIDTHS[look])} alt={item.content} loading="lazy" decoding="async" />
      {look === "line" && <span class="item-words line">{item.content}</span>}
    </span>
  );
}
