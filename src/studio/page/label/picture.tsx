import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ItemView } from "../../api/item-contract.js";
import { equalise } from "./equalise.js";
import { pictureUrl } from "./item-body.js";

/** Whether brightness is spread evenly, and how many times larger than the window pictures are: for all of them. */
export const isEqualised = signal(false);
export const zoom = signal(1);

const ZOOMS = [1, 2, 4];

export function nextZoom(): void {
  zoom.value = ZOOMS[(ZOOMS.indexOf(zoom.value) + 1) % ZOOMS.length]!;
}

export interface PictureProps {
  readonly view: ItemView;
  readonly width: number;
}

/** An item's picture, with its histogram equalised where that is chosen. */
export function Picture({ view, width }: PictureProps) {
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");
  const image = useRef<HTMLImageElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDrawn = isEqualised.value && state === "ready";
  useEffect(() => {
    if (!isDrawn || !image.current || !canvas.current) return;
    const { naturalWidth, naturalHeight } = image.current;
    canvas.current.width = naturalWidth;
    canvas.current.height = naturalHeight;
    const context = canvas.current.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(image.current, 0, 0);
    const pixels = context.getImageData(0, 0, naturalWidth, naturalHeight);
    equalise(pixels.data, pixels);
    context.putImageData(pixels, 0, 0);
  }, [isDrawn, view.id]);
  if (state === "failed") return <p class="picture-failed">This picture cannot be read: {view.content}</p>;
  return (
    <>
      <img
        ref={image}
        class={isDrawn ? "picture is-behind" : "picture"}
        src={pictureUrl(view, width)}
        alt={view.content}
        draggable={false}
        onLoad={() => setState("ready")}
        onError={() => setState("failed")}
      />
      {isDrawn && <canvas ref={canvas} class="picture" />}
    </>
  );
}

/** A picture that can be looked at closely: by the zoom, and by the pointer where it is larger than the window. */
export function ZoomablePicture({ view }: { readonly view: ItemView }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = frame;
    if (!current) return;
    current.scrollTo((current.scrollWidth - current.clientWidth) / 2, (current.scrollHeight - current.clientHeight) / 2);
  }, [zoom.value, view.id]);
  const drag = ({ clientX, clientY, pointerId, currentTarget }: PointerEvent & { readonly currentTarget: HTMLDivElement }) => {
    if (zoom.peek() === 1) return;
    const start = { x: clientX + currentTarget.scrollLeft, y: clientY + currentTarget.scrollTop };
    currentTarget.setPointerCapture(pointerId);
    const move = (event: PointerEvent) => currentTarget.scrollTo(start.x - event.clientX, start.y - event.clientY);
    currentTarget.addEventListener("pointermove", move);
    currentTarget.addEventListener("pointerup", () => currentTarget.removeEventListener("pointermove", move), { once: true });
  };
  return (
    <div ref={frame} class={zoom.value > 1 ? "picture-frame is-zoomed" : "picture-frame"} onPointerDown={drag}>
      <div class="picture-stage" style={{ width: `${100 * zoom.value}%`, height: `${100 * zoom.value}%` }}>
        <Picture key={view.id} view={view} width={1600} />
      </div>
    </div>
  );
}
