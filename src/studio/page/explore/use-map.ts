import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ItemView } from "../../api/item-contract.js";
import type { NoMap } from "../../api/work-contract.js";
import { ApiError, apiBytes } from "../client/api.js";
import { studio } from "../client/live.js";
import { decodeMap, MAP_STATES, MAP_USER, type MapData } from "../map/map-data.js";
import { jobsRevision } from "../parts/use-reading.js";

export interface MapReading {
  readonly map: MapData | undefined;
  /** Why there is none, and how long one takes. */
  readonly missing: NoMap | undefined;
  readonly error: ApiError | undefined;
  readonly again: () => void;
  /** What these items are now; their points change at once. */
  readonly patch: (items: readonly ItemView[]) => void;
}

/** A map is loaded again when a model has ranked anew, but not more often than this for each so many items: it is 29 bytes an item. */
const PAUSE = { ms: 3_000, items: 20_000 } as const;

/** The map, and what is known of its points as it changes. */
export function useMap(): MapReading {
  const [told, setTold] = useState<Omit<MapReading, "again" | "patch">>({ map: undefined, missing: undefined, error: undefined });
  const [tries, setTries] = useState(0);
  const lastAt = useRef(0);
  const model = studio.value?.model;
  // One that is solved after every label keeps its name.
  const version = `${model?.version} ${model?.labelled}`;
  const jobs = (studio.value?.jobs ?? [])
    .filter(({ kind, state }) => kind === "map" && state === "done")
    .map(({ id }) => id)
    .join();
  const items = studio.value?.counts.items;
  useEffect(() => {
    const controller = new AbortController();
    const read = async () => {
      lastAt.current = Date.now();
      try {
        const map = decodeMap(await apiBytes("map", { signal: controller.signal }));
        setTold({ map, missing: undefined, error: undefined });
      } catch (cause) {
        if (controller.signal.aborted) return;
        const error = cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "E_PAGE" });
        const { message, details } = error;
        const told = { ...details, error: { code: "E_NO_MAP", message } } as unknown as NoMap;
        const missing = error.code === "E_NO_MAP" ? told : undefined;
        setTold(({ map }) => ({ map: missing ? undefined : map, missing, error: missing ? undefined : error }));
      }
    };
    const pause = PAUSE.ms * Math.max(1, (items ?? 0) / PAUSE.items);
    const timer = setTimeout(() => void read(), Math.max(0, pause - (Date.now() - lastAt.current)));
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [version, jobs, items, tries]);
  const again = useCallback(() => {
    lastAt.current = 0;
    setTries((known) => known + 1);
  }, []);
  const patch = useCallback((changed: readonly ItemView[]) => {
    setTold((known) => (known.map && changed.length > 0 ? { ...known, map: patched(known.map, changed) } : known));
  }, []);
  return { ...told, again, patch };
}

/** Whether positions are computed now, and how far that is. */
export function mapJob() {
  void jobsRevision(["map", "features"]);
  return studio.value?.jobs.find(({ kind, state }) => (kind === "map" || kind === "features") && state === "running");
}

function patched(map: MapData, changed: readonly ItemView[]): MapData {
  const [resolved, state, user] = [map.resolved.slice(), map.state.slice(), map.user.slice()];
  const users = [...map.header.users];
  const me = studio.peek()?.user.name ?? "";
  const byId = new Map(changed.map((item) => [item.id, item] as const));
  map.ids.forEach((id, place) => {
    const item = byId.get(id);
    if (!item) return;
    const values = Object.entries(item.resolved ?? {});
    resolved[place] = Number(values.find(([, value]) => value === 1)?.[0] ?? -1);
    state[place] = MAP_STATES.indexOf(stateOf(item));
    user[place] = userOf(item, user[place]!, { users, me });
  });
  return { ...map, header: { ...map.header, users }, resolved, state, user };
}

/** Who has answered, as far as an item tells: of others' answers the next map does. `users` gets whoever is missing. */
function userOf({ mine, resolved }: ItemView, before: number, { users, me }: { users: string[]; readonly me: string }): number {
  const own = users.indexOf(me);
  if (Object.keys(mine).length === 0) return resolved === undefined || before === own ? MAP_USER.nobody : before;
  if (before === MAP_USER.nobody) return own >= 0 ? own : users.push(me) - 1;
  return before === own ? own : MAP_USER.several;
}

/** What an item is, as the map says it. */
export function stateOf({ flags, resolved }: ItemView): (typeof MAP_STATES)[number] {
  if (flags.exclude) return "excluded";
  if (flags.validation) return "validation";
  const known = Object.keys(resolved ?? {}).length;
  if (known === 0) return "open";
  const live = (studio.peek()?.labels ?? []).filter(
    ({ isArchived, mergedInto }) => !isArchived && mergedInto === undefined,
  ).length;
  return studio.peek()?.project.task === "multi" && known < live ? "partial" : "answered";
}
