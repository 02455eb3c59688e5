import { useEffect, useMemo, useState } from "preact/hooks";
import { duration } from "../../../page/parts/words.js";
import type { ItemView } from "../../api/item-contract.js";
import type { NoMap } from "../../api/work-contract.js";
import { api } from "../client/api.js";
import { studio } from "../client/live.js";
import { colourOf } from "../label/labels.js";
import {
  type ColourBy,
  legendCounts,
  legendValue,
  pointLooks,
  readPalette,
  STATE_NAMES,
  userColour,
} from "../map/map-colours.js";
import { MAP_STATES, MAP_USER, type MapData } from "../map/map-data.js";
import { PointMap, type SelectHow } from "../map/point-map.js";
import { EmptyState } from "../parts/empty-state.js";
import { ItemContent } from "../parts/item-content.js";
import { JobProgress } from "../parts/job.js";
import { LabelTags } from "../parts/label-tag.js";
import { useOnce } from "../parts/use-once.js";
import { useThemeRevision } from "../parts/use-theme-revision.js";
import { StateForm } from "./item-table.js";
import { itemsById } from "./use-items.js";
import { mapJob } from "./use-map.js";

interface MapPaneProps {
  readonly map: MapData;
  readonly selected: ReadonlySet<number>;
  /** Items that a search has found; the others are faint. */
  readonly found: ReadonlySet<number> | undefined;
  readonly marked: number | undefined;
  readonly onSelect: (items: readonly number[], how: SelectHow) => void;
  readonly onOpen: (item: number) => void;
}

const COLOURS: readonly { readonly by: ColourBy; readonly words: string }[] = [
  { by: "label", words: "Label" },
  { by: "prediction", words: "Prediction" },
  { by: "uncertainty", words: "Uncertainty" },
  { by: "state", words: "State" },
  { by: "user", words: "User" },
];

/** The map with what its colours are; an entry of the legend shows its points alone. */
export function MapPane({ map, selected, found, marked, onSelect, onOpen }: MapPaneProps) {
  const [by, setBy] = useState<ColourBy>("label");
  const [tool, setTool] = useState<"lasso" | "move">("lasso");
  const [alone, setAlone] = useState<ReadonlySet<number>>(new Set());
  const theme = useThemeRevision();
  const labels = studio.value?.labels ?? [];
  const hues = labels.map(({ id, colour }) => `${id} ${colour}`).join();
  const palette = useMemo(() => readPalette(labels, colourOf), [theme, hues]);
  const looks = useMemo(() => {
    const isShown = (place: number) =>
      (alone.size === 0 || by === "uncertainty" || alone.has(legendValue(map, by, place))) &&
      (found === undefined || found.has(map.ids[place]!));
    return pointLooks(map, by, palette, { selected, isShown });
  }, [map, by, palette, selected, alone, found]);
  const choose = (next: ColourBy) => {
    setBy(next);
    setAlone(new Set());
  };
  return (
    <div class="map-pane">
      <div class="map-tools">
        <fieldset class="switch" aria-label="What drawing on the map does">
          <button type="button" aria-pressed={tool === "lasso"} onClick={() => setTool("lasso")}>
            Select
          </button>
          <button type="button" aria-pressed={tool === "move"} onClick={() => setTool("move")}>
            Move
          </button>
        </fieldset>
        <fieldset class="switch" aria-label="What colours say">
          {COLOURS.map(({ by: other, words }) => (
            <button key={other} type="button" aria-pressed={by === other} onClick={() => choose(other)}>
              {words}
            </button>
          ))}
        </fieldset>
      </div>
      <PointMap
        map={map}
        looks={looks}
        tool={tool}
        marked={marked}
        onSelect={onSelect}
        onOpen={onOpen}
        tooltip={(item) => <MapTip key={item} item={item} />}
      />
      <Legend map={map} by={by} alone={alone} onAlone={setAlone} />
    </div>
  );
}

const seen = new Map<number, ItemView>();
/** A pointer that rests so long wants to know. */
const REST_MS = 60;

/** An item under the pointer, as soon as it has come. */
function MapTip({ item }: { readonly item: number }) {
  const [view, setView] = useState(seen.get(item));
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void itemsById([item], controller.signal).then(
        ([found]) => {
          if (!found) return;
          if (seen.size > 500) seen.clear();
          seen.set(item, found);
          setView(found);
        },
        // Pointing at something else has ended it, or the server is gone, which is said elsewhere.
        () => {},
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [item]);
  if (!view) return <span class="quiet">…</span>;
  return (
    <>
      <ItemContent item={view} look="small" />
      <LabelTags values={view.resolved} />
    </>
  );
}

interface LegendProps {
  readonly map: MapData;
  readonly by: ColourBy;
  readonly alone: ReadonlySet<number>;
  readonly onAlone: (values: ReadonlySet<number>) => void;
}

function Legend({ map, by, alone, onAlone }: LegendProps) {
  const counts = useMemo(() => legendCounts(map, by), [map, by]);
  if (by === "uncertainty")
    return (
      <div class="map-legend">
        <span>sure</span>
        <i class="map-scale" aria-hidden="true" />
        <span>unsure</span>
      </div>
    );
  const toggle = (value: number) => {
    const next = new Set(alone);
    if (!next.delete(value)) next.add(value);
    onAlone(next);
  };
  const labels = studio.value?.labels ?? [];
  const entries =
    by === "user"
      ? userEntries(map)
      : by === "state"
        ? MAP_STATES.map((state, value) => ({ value, name: STATE_NAMES[state], sign: <StateForm state={state} /> }))
        : [
            ...labels.map((label) => ({
              value: label.id,
              name: label.name,
              sign: <i class="hue-dot" style={{ "--label": colourOf(label) }} aria-hidden="true" />,
            })),
            {
              value: -1,
              name: by === "label" ? "no label" : "no prediction",
              sign: <i class="hue-dot is-none" aria-hidden="true" />,
            },
          ];
  return (
    <div class="map-legend">
      {entries
        .filter(({ value }) => (counts.get(value) ?? 0) > 0)
        .map(({ value, name, sign }) => (
          <button
            key={value}
            type="button"
            aria-pressed={alone.has(value)}
            onClick={() => toggle(value)}
            title="Show these alone"
          >
            {sign}
            <span class="label-words">{name}</span>
            <span class="legend-count">{(counts.get(value) ?? 0).toLocaleString("en")}</span>
          </button>
        ))}
      {alone.size > 0 && (
        <button type="button" class="legend-all" onClick={() => onAlone(new Set())}>
          Show all
        </button>
      )}
    </div>
  );
}

function userEntries({ header: { users } }: MapData) {
  const sign = (place: number) => <i class="hue-dot" style={{ "--label": userColour(place) }} aria-hidden="true" />;
  return [
    ...users.map((name, value) => ({ value, name: name === "import" ? "came with the data" : name, sign: sign(value) })),
    { value: MAP_USER.several, name: "several", sign: sign(MAP_USER.several) },
    { value: MAP_USER.nobody, name: "nobody", sign: <i class="hue-dot is-none" aria-hidden="true" /> },
  ];
}

/** Stands where the map will be: how to get one, or how far it is. */
export function NoMapYet({ missing, again }: { readonly missing: NoMap; readonly again: () => void }) {
  const [isAsked, begin] = useOnce(() => api("map", { method: "POST", body: {} }).finally(again));
  const job = mapJob();
  if (job)
    return (
      <EmptyState icon="explore" title="The map is being drawn">
        <JobProgress job={job} name="Progress of the map" />
        <p class="quiet">You can go on labelling.</p>
      </EmptyState>
    );
  const time = missing.seconds === undefined ? "" : `, about ${duration(1000 * missing.seconds)}`;
  return (
    <EmptyState icon="explore" title="No map yet">
      <p>A map puts like items side by side. {missing.error.message}</p>
      <button type="button" class="action primary" aria-disabled={isAsked} onClick={begin}>
        {`Compute ${missing.items.toLocaleString("en")} ${missing.items === 1 ? "item" : "items"}${time}`}
      </button>
    </EmptyState>
  );
}
