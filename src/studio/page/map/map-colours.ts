import type { LabelView } from "../../api/contract.js";
import { type MAP_STATES, MAP_USER, type MapData } from "./map-data.js";
import type { PointLooks } from "./points.js";

/** What a point's colour says. Its shape always says its state. */
export type ColourBy = "label" | "prediction" | "uncertainty" | "state" | "user";

type Rgb = readonly [red: number, green: number, blue: number];

/** The page's colours as they are now, light or dark. */
export interface MapPalette {
  readonly none: Rgb;
  /** From sure to unsure. */
  readonly scale: readonly Rgb[];
  /** By the place in {@link MAP_STATES}. */
  readonly states: readonly Rgb[];
  /** By the label's number. */
  readonly labels: ReadonlyMap<number, Rgb>;
  /** Of users, in turn. */
  readonly hues: readonly Rgb[];
}

/** Hues that the page has, `--hue-1` and so on. */
const HUES = 12;

/** A user's colour as CSS writes it, by the place in the map's header; of several together the one of what is answered in part. */
export function userColour(place: number): string {
  return place === MAP_USER.several ? "var(--map-partial)" : `var(--hue-${(place % HUES) + 1})`;
}

const SCALE_TOKENS = ["--map-sure", "--map-between", "--map-unsure"] as const;
const STATE_TOKENS = ["--map-open", "--map-answered", "--map-partial", "--map-excluded", "--map-validation"] as const;

/** The colours by the page's style. `colourOf` gives a label's as CSS writes it, variables too. */
export function readPalette(labels: readonly LabelView[], colourOf: (label: LabelView) => string): MapPalette {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1, 1];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.createElement("i");
  document.body.append(probe);
  const rgb = (colour: string): Rgb => {
    probe.style.color = "";
    probe.style.color = colour;
    if (!context) return [128, 128, 128];
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!];
  };
  const palette = {
    none: rgb("var(--map-open)"),
    scale: SCALE_TOKENS.map((token) => rgb(`var(${token})`)),
    states: STATE_TOKENS.map((token) => rgb(`var(${token})`)),
    labels: new Map(labels.map((label) => [label.id, rgb(colourOf(label))])),
    hues: Array.from({ length: HUES }, (_, place) => rgb(userColour(place))),
  };
  probe.remove();
  return palette;
}

const FAINT = 0.14;
const QUIET = 0.55;

/**
 * How the points of a map look. Those that `isShown` refuses are faint, as are all others where some are selected. What is known lies above what
 * is not, what is selected above all.
 */
export function pointLooks(
  map: MapData,
  by: ColourBy,
  palette: MapPalette,
  { selected, isShown }: { readonly selected: ReadonlySet<number>; readonly isShown: (place: number) => boolean },
): PointLooks {
  const count = map.ids.length;
  const colours = new Uint8Array(4 * count);
  const layers = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const known = colourOf(map, i, by, palette);
    const isSelected = selected.size > 0 && selected.has(map.ids[i]!);
    const isFaint = !isShown(i) || (selected.size > 0 && !isSelected);
    const alpha = isFaint ? FAINT : known === undefined ? QUIET : 0.95;
    colours.set(known ?? palette.none, 4 * i);
    colours[4 * i + 3] = Math.round(255 * alpha);
    layers[i] = isFaint ? 0 : isSelected ? 3 : known === undefined ? 1 : 2;
  }
  return { colours, shapes: map.state, order: byLayer(layers) };
}

/** `undefined` where there is nothing to say. */
function colourOf(map: MapData, i: number, by: ColourBy, { scale, states, labels, hues }: MapPalette): Rgb | undefined {
  if (by === "label") return labels.get(map.resolved[i]!);
  if (by === "prediction") return labels.get(map.predicted[i]!);
  if (by === "user")
    return map.user[i]! >= 0 ? hues[map.user[i]! % hues.length] : map.user[i] === MAP_USER.several ? states[2] : undefined;
  if (by === "state") return map.state[i] === 0 ? undefined : states[map.state[i]!];
  const value = map.uncertainty[i]!;
  return Number.isNaN(value) ? undefined : between(scale, value);
}

/** The colour at a share of the way through a scale. */
function between(scale: readonly Rgb[], share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const below = Math.min(scale.length - 2, Math.floor(at));
  const [from, to] = [scale[below]!, scale[below + 1]!];
  const mix = (part: 0 | 1 | 2) => Math.round(from[part] + (to[part] - from[part]) * (at - below));
  return [mix(0), mix(1), mix(2)];
}

/** Places by layer, in rising order within one. */
function byLayer(layers: Uint8Array): Uint32Array {
  const order = new Uint32Array(layers.length);
  let next = 0;
  for (let layer = 0; layer <= 3; layer++) {
    for (let i = 0; i < layers.length; i++) {
      if (layers[i] === layer) order[next++] = i;
    }
  }
  return order;
}

/** How many items have each value of what the colours say; the key is that of {@link legendValue}. */
export function legendCounts(map: MapData, by: ColourBy): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of columnOf(map, by)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** What a legend's entry stands for: a label's number, a user's place or a state's. */
export function legendValue(map: MapData, by: ColourBy, place: number): number {
  return columnOf(map, by)[place]!;
}

function columnOf(map: MapData, by: ColourBy): Int32Array | Uint8Array {
  if (by === "label") return map.resolved;
  if (by === "prediction") return map.predicted;
  return by === "user" ? map.user : map.state;
}

export const STATE_NAMES: Readonly<Record<(typeof MAP_STATES)[number], string>> = {
  open: "Open",
  answered: "Answered",
  partial: "Partly answered",
  excluded: "Excluded",
  validation: "Validation",
};
