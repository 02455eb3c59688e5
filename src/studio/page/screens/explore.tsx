import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LabelView } from "../../api/contract.js";
import type { ItemView, Wrote } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { go, query } from "../client/router.js";
import { flagBatch, items as itemWords, labelBatch, undoLast, writeBatch } from "../client/write-batch.js";
import { FilterBar } from "../explore/filter-bar.js";
import { ItemPanel } from "../explore/item-panel.js";
import { ItemTable } from "../explore/item-table.js";
import { MapPane, NoMapYet } from "../explore/map-pane.js";
import { SelectionPanel } from "../explore/selection-panel.js";
import { foundIds, type TableFilter, useChangedItems, useItems } from "../explore/use-items.js";
import { useMap } from "../explore/use-map.js";
import { useKeys } from "../keys/keyboard.js";
import type { SelectHow } from "../map/point-map.js";
import { EmptyState } from "../parts/empty-state.js";
import { labelKeys } from "../parts/label-buttons.js";
import { Skeleton, Trouble } from "../parts/trouble.js";
import { useOnce } from "../parts/use-once.js";

const FIRST: TableFilter = { q: "", status: "any", excludeStatus: "any", subset: "all", sort: "oldest" };

/** All items at once: where they lie, a table of them, and every selection can be labelled. */
export function ExploreScreen() {
  const [view, setView] = useState<"map" | "table">(query.peek().get("view") === "table" ? "table" : "map");
  const [filter, setFilter] = useState<TableFilter>({ ...FIRST, q: query.peek().get("q") ?? "" });
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<number | undefined>(Number(query.peek().get("item") ?? Number.NaN) || undefined);
  const [isSimilarShown, setSimilarShown] = useState(query.peek().has("item"));
  const [active, setActive] = useState(0);
  const [revision, setRevision] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const points = useMap();
  const table = useItems(filter);
  const found = useFound(filter, view === "map");

  const changed = useCallback(
    (views: readonly ItemView[]) => {
      points.patch(views);
      table.patch(views);
      setRevision((known) => known + 1);
    },
    [points.patch, table.patch],
  );
  const readAgain = useCallback(() => {
    points.again();
    table.again();
    setRevision((known) => known + 1);
  }, [points.again, table.again]);
  const wrote = ({ items, count }: Wrote) => (count > items.length ? readAgain() : changed(items));
  useChangedItems(changed, readAgain);
  useEffect(() => {
    setActive(0);
    go("explore", { ...(filter.q !== "" && { q: filter.q }), ...(view === "table" && { view }) }, { isReplacing: true });
  }, [filter, view]);

  const select = (ids: readonly number[], how: SelectHow) => {
    if (ids.length === 0 && how !== "only") return;
    const next = new Set(how === "only" ? [] : selected);
    for (const id of ids) {
      if (how === "remove") next.delete(id);
      else next.add(id);
    }
    setSelected(next);
    if (next.size > 0) setOpened(undefined);
  };
  const open = (item: number) => {
    setOpened(item);
    if (selected.size > 0) setSelected(new Set());
  };
  const targets = () => (selected.size > 0 ? [...selected] : opened === undefined ? [] : [opened]);
  const write = async (batch: Parameters<typeof writeBatch>[0], words: string) => {
    const written = await writeBatch(batch, words, wrote);
    if (written) wrote(written);
  };
  const give = (label: LabelView, isNo: boolean) => {
    const ids = targets();
    if (ids.length > 0)
      void write(labelBatch(ids, label, { isNo, via: "map" }), `${itemWords(ids.length)}: ${isNo ? "not " : ""}“${label.name}”`);
  };
  const exclude = (isOn: boolean) => {
    const ids = targets();
    if (ids.length > 0)
      void write(
        flagBatch(ids, "exclude", { isOn, via: "map" }),
        `${itemWords(ids.length)} ${isOn ? "excluded" : "taken back in"}`,
      );
  };
  const close = () => {
    setSelected(new Set());
    setOpened(undefined);
    setSimilarShown(false);
  };
  const [isSelecting, selectAll] = useOnce(async () => select(await foundIds(filter), "only"));
  useKeys({
    ...labelKeys(give),
    exclude: () => exclude(true),
    undo: () => void undoLast(wrote),
    search: () => search.current?.focus(),
    similar: () => {
      if (opened === undefined && selected.size > 0) open([...selected][0]!);
      setSimilarShown(true);
    },
    close,
  });

  const total = table.total;
  const panel =
    selected.size > 0 ? (
      <SelectionPanel
        selected={selected}
        revision={revision}
        onLabel={give}
        onExclude={() => exclude(true)}
        onOpen={open}
        onRemove={(item) => select([item], "remove")}
        onClear={close}
        onRemoved={() => {
          close();
          readAgain();
        }}
      />
    ) : opened !== undefined ? (
      <ItemPanel
        key={opened}
        item={opened}
        revision={revision}
        isSimilarShown={isSimilarShown}
        onSimilar={setSimilarShown}
        onLabel={give}
        onExclude={exclude}
        onOpen={open}
        onSelect={(ids) => select(ids, "only")}
        onClose={close}
      />
    ) : (
      <Hint view={view} />
    );
  return (
    <div class="explore">
      <FilterBar
        filter={filter}
        onChange={setFilter}
        view={view}
        onView={setView}
        search={search}
        total={total}
        found={view === "map" ? found?.size : undefined}
        onSelectAll={selectAll}
        isSelecting={isSelecting}
      />
      <div class="explore-body">
        <div class="explore-main">
          {view === "map" &&
            (points.map ? (
              <MapPane map={points.map} selected={selected} found={found} marked={opened} onSelect={select} onOpen={open} />
            ) : points.missing ? (
              <NoMapYet missing={points.missing} again={points.again} />
            ) : points.error ? (
              <Trouble error={points.error} again={points.again} />
            ) : (
              <Skeleton kind="map" />
            ))}
          {view === "table" &&
            (table.error && total === undefined ? (
              <Trouble error={table.error} again={table.again} />
            ) : total === undefined ? (
              <Skeleton kind="rows" />
            ) : total === 0 ? (
              <EmptyState icon="search" title="No item is like that">
                <p>{filter.q === "" ? "The filters leave nothing." : `Nothing has “${filter.q}” in it.`}</p>
                <button type="button" class="action" onClick={() => setFilter(FIRST)}>
                  Show all items
                </button>
              </EmptyState>
            ) : (
              <ItemTable items={table} selected={selected} active={active} onActive={setActive} onOpen={open} onSelect={select} />
            ))}
        </div>
        <aside class="explore-side" aria-label="What is selected">
          {panel}
        </aside>
      </div>
    </div>
  );
}

/** Items of a search or a filter, for the map; `undefined` where all are meant. */
function useFound(filter: TableFilter, isWanted: boolean): ReadonlySet<number> | undefined {
  const [found, setFound] = useState<ReadonlySet<number>>();
  const isAll = filter.q === "" && filter.status === "any" && filter.excludeStatus === "any" && filter.subset === "all";
  const key = useMemo(() => JSON.stringify({ ...filter, sort: "oldest" }), [filter]);
  useEffect(() => {
    setFound(undefined);
    if (isAll || !isWanted) return;
    const controller = new AbortController();
    void foundIds(filter, controller.signal).then(
      (ids) => setFound(new Set(ids)),
      // The table says what went wrong.
      () => {},
    );
    return () => controller.abort();
  }, [key, isWanted]);
  return isAll ? undefined : found;
}

function Hint({ view }: { readonly view: "map" | "table" }) {
  const kind = studio.value?.project.kind === "image" ? "pictures" : "texts";
  return (
    <section class="side-card side-hint" aria-label="What can be done here">
      <h2>Nothing selected</h2>
      {view === "map" ? (
        <ul>
          <li>Draw a line around points to select them, with Shift to add, with Alt to take out.</li>
          <li>Click a point to look at it. The wheel zooms, a double click shows all.</li>
          <li>{`Like ${kind} lie near each other: what is alone in a cloud of another colour is worth a look.`}</li>
        </ul>
      ) : (
        <ul>
          <li>
            <kbd>Space</kbd> selects a row, <kbd>⇧</kbd> <kbd>↓</kbd> goes on selecting.
          </li>
          <li>
            <kbd>↵</kbd> opens it, <kbd>S</kbd> shows what is like it.
          </li>
          <li>A label's key goes to all that is selected.</li>
        </ul>
      )}
    </section>
  );
}
