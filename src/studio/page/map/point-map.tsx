import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MapData } from "./map-data.js";
import { fitView, type MapView, pointSize, type Size, toPlane, toScreen, zoomAt } from "./map-view.js";
import { indexPoints } from "./point-index.js";
import type { PointLooks, PointRenderer } from "./points.js";
import { pointRenderer } from "./renderer.js";

/** What the points within a line do to what is selected. */
export type SelectHow = "only" | "add" | "remove";

interface PointMapProps {
  readonly map: MapData;
  readonly looks: PointLooks;
  readonly tool: "lasso" | "move";
  /** The item that is looked at elsewhere: it gets a ring. */
  readonly marked: number | undefined;
  /** Items within a line that was drawn; none where a line holds none. */
  readonly onSelect: (items: readonly number[], how: SelectHow) => void;
  readonly onOpen: (item: number) => void;
  /** What is said of the item under the pointer. */
  readonly tooltip: (item: number) => ComponentChildren;
}

/** How far from a point the pointer may be, in pixels. */
const REACH = 12;
/** A press that moves less is a click. */
const STILL = 4;

interface Drag {
  readonly kind: "line" | "move";
  readonly how: SelectHow;
  readonly from: readonly [number, number];
  readonly view: MapView;
}

/** The points of a map. Drawing a line around some selects them, the wheel and two fingers zoom; all of it can be done in the table as well. */
export function PointMap({ map, looks, tool, marked, onSelect, onOpen, tooltip }: PointMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<PointRenderer | undefined>(undefined);
  const drag = useRef<Drag | undefined>(undefined);
  const fingers = useRef(new Map<number, readonly [number, number]>());
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<MapView>();
  const [line, setLine] = useState<readonly number[]>([]);
  const [under, setUnder] = useState(-1);

  const index = useMemo(() => indexPoints(map.x, map.y), [map]);
  const places = useMemo(() => new Map(Array.from(map.ids, (id, place) => [id, place] as const)), [map]);
  const whole = useMemo(() => fitView(map.x, map.y, size), [map, size]);
  const seen = view ?? whole;
  const diameter = pointSize(map.ids.length, seen, whole);

  useLayoutEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!canvas.current) return;
    renderer.current = pointRenderer(canvas.current);
    frame.current?.setAttribute("data-renderer", renderer.current.kind);
    return () => renderer.current?.dispose();
  }, []);
  useEffect(() => renderer.current?.setPoints(map.x, map.y), [map]);
  useEffect(() => renderer.current?.setLooks(looks), [looks]);
  useEffect(() => {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (!canvas.current || size.width === 0) return;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (canvas.current.width !== width) canvas.current.width = width;
    if (canvas.current.height !== height) canvas.current.height = height;
    const request = requestAnimationFrame(() => renderer.current?.draw(seen, diameter, ratio));
    return () => cancelAnimationFrame(request);
  }, [map, looks, seen, size, diameter]);

  const at = (event: MouseEvent): readonly [number, number] => {
    const box = frame.current!.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const pointAt = (x: number, y: number) =>
    index.nearest(...toPlane(seen, size, x, y), Math.max(REACH, diameter / 2) / seen.scale);
  const zoom = (factor: number, x = size.width / 2, y = size.height / 2) => setView(zoomAt(seen, size, x, y, factor, whole));

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    // Not passive, so that the page stays where it is.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const [x, y] = at(event);
      const lines = event.deltaMode === 1 ? 16 * event.deltaY : event.deltaY;
      zoom(Math.exp(-Math.max(-200, Math.min(200, lines)) / 300), x, y);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  });

  const press = (event: PointerEvent) => {
    if (event.button > 1) return;
    const from = at(event);
    canvas.current?.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, from);
    const isMove = tool === "move" || event.button === 1 || fingers.current.size > 1;
    const how = event.altKey ? "remove" : event.shiftKey || event.ctrlKey || event.metaKey ? "add" : "only";
    drag.current = { kind: isMove ? "move" : "line", how, from, view: seen };
    setLine(isMove ? [] : [...from]);
    setUnder(-1);
  };
  const move = (event: PointerEvent) => {
    const [x, y] = at(event);
    const before = fingers.current.get(event.pointerId);
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (before) fingers.current.set(event.pointerId, [x, y]);
    const { current } = drag;
    if (!before || !current) setUnder(pointAt(x, y));
    else if (other) {
      const apart = (from: readonly [number, number]) => Math.max(20, Math.hypot(from[0] - other[0], from[1] - other[1]));
      zoom(apart([x, y]) / apart(before), (x + other[0]) / 2, (y + other[1]) / 2);
    } else if (current.kind === "move") {
      const { scale } = current.view;
      setView({ x: current.view.x - (x - current.from[0]) / scale, y: current.view.y + (y - current.from[1]) / scale, scale });
    } else setLine((known) => [...known, x, y]);
  };
  const release = (event: PointerEvent) => {
    const { current } = drag;
    fingers.current.delete(event.pointerId);
    if (fingers.current.size > 0 || !current) return;
    drag.current = undefined;
    const [x, y] = at(event);
    const isClick = Math.hypot(x - current.from[0], y - current.from[1]) < STILL && line.length < 40;
    if (isClick) {
      const place = pointAt(x, y);
      if (place >= 0 && current.how === "only") onOpen(map.ids[place]!);
      else if (place >= 0) onSelect([map.ids[place]!], current.how);
      else if (current.kind === "line") onSelect([], current.how);
    } else if (current.kind === "line") {
      const corners: number[] = [];
      for (let i = 0; i < line.length; i += 2) corners.push(...toPlane(seen, size, line[i]!, line[i + 1]!));
      onSelect(
        index.within(corners).map((place) => map.ids[place]!),
        current.how,
      );
    }
    setLine([]);
  };

  const ring = (place: number | undefined, kind: string) => {
    if (place === undefined || place < 0) return null;
    const [x, y] = toScreen(seen, size, map.x[place]!, map.y[place]!);
    return <circle class={kind} cx={x} cy={y} r={diameter / 2 + 4} />;
  };
  const path = [];
  for (let i = 0; i < line.length; i += 2) path.push(`${line[i]!.toFixed(1)},${line[i + 1]!.toFixed(1)}`);
  const tip = under >= 0 && line.length === 0 ? toScreen(seen, size, map.x[under]!, map.y[under]!) : undefined;

  return (
    <div ref={frame} class={`point-map ${tool}`}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Map of ${map.ids.length.toLocaleString("en")} items; like ones lie near each other. The table has the same items and can be used with the keyboard.`}
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={() => setUnder(-1)}
        onDblClick={() => setView(undefined)}
      />
      <svg class="above" aria-hidden="true">
        {path.length > 1 && <polygon class="lasso" points={path.join(" ")} />}
        {ring(marked === undefined ? undefined : places.get(marked), "ring marked")}
        {ring(under, "ring")}
      </svg>
      {tip && (
        <div
          class={`map-tip ${tip[0] > size.width / 2 ? "left" : ""} ${tip[1] > size.height / 2 ? "up" : ""}`}
          style={{ left: `${tip[0]}px`, top: `${tip[1]}px` }}
        >
          {tooltip(map.ids[under]!)}
        </div>
      )}
      <div class="map-zoom">
        <button type="button" class="tool" aria-label="Zoom in" onClick={() => zoom(1.6)}>
          +
        </button>
        <button type="button" class="tool" aria-label="Zoom out" onClick={() => zoom(1 / 1.6)}>
          −
        </button>
        <button type="button" class="tool" aria-label="Show all points" onClick={() => setView(undefined)}>
          ⤢
        </button>
      </div>
    </div>
  );
}
