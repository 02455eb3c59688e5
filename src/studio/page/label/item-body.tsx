import type { ItemView } from "../../api/item-contract.js";
import { apiUrl } from "../client/api.js";
import { studio } from "../client/live.js";

/** The address of an item's picture, `width` pixels wide: it never changes, so that browsers keep it. */
export function pictureUrl({ id, contentHash }: Pick<ItemView, "id" | "contentHash">, width: number): string {
  return apiUrl(`items/${id}/thumb?w=${width}&v=${encodeURIComponent(contentHash.slice(0, 16))}`);
}

/** How large a text is set: short ones are read at a glance. */
function sizeOf(text: string): "is-short" | "is-medium" | "is-long" {
  return text.length <= 120 ? "is-short" : text.length <= 500 ? "is-medium" : "is-long";
}

/** An item's text. */
export function ItemText({ view }: { readonly view: ItemView }) {
  return (
    <p class={`item-text ${sizeOf(view.content)}`} dir="auto">
      {view.content}
    </p>
  );
}

/** The other columns of an item's row, and where it comes from. */
export function ItemFields({ view }: { readonly view: ItemView }) {
  const fields = Object.entries(view.fields).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl class="item-fields">
      {studio.value?.project.kind === "image" && <Field name="file" value={view.content} />}
      {fields.map(([name, value]) => (
        <Field key={name} name={name} value={typeof value === "object" ? JSON.stringify(value) : String(value)} />
      ))}
      {view.subset !== undefined && <Field name="subset" value={view.subset} />}
      <Field name="from" value={view.source} />
    </dl>
  );
}

function Field({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </div>
  );
}

/** What is said of an item beside its labels. */
export function ItemBadges({ view }: { readonly view: ItemView }) {
  const { flags, duplicates, isConflict } = view;
  return (
    <>
      {flags.validation && <span class="badge accent">Validation</span>}
      {flags.exclude && <span class="badge bad">Excluded</span>}
      {flags.skip && <span class="badge">Skipped</span>}
      {isConflict && <span class="badge warn">Conflict</span>}
      {flags.comment !== undefined && (
        <span class="badge warn" title={flags.comment}>
          Comment
        </span>
      )}
      {duplicates > 0 && <span class="badge">{duplicates === 1 ? "1 duplicate" : `${duplicates} duplicates`}</span>}
    </>
  );
}
