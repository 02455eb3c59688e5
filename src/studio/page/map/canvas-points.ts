import { type MapView, toScreen } from "./map-view.js";
import type { PointLooks, PointRenderer } from "./points.js";

/** Points by Canvas 2D, for browsers without WebGL 2: the same shapes, slower. */
export function drawOnCanvas(canvas: HTMLCanvasElement): PointRenderer {
  const context = canvas.getContext("2d");
  let places: readonly [Float32Array, Float32Array] | undefined;
  let looks: PointLooks | undefined;
  return {
    kind: "canvas",
    setPoints(x, y) {
      places = [x, y];
    },
    setLooks(next) {
      looks = next;
    },
    draw(view: MapView, size, ratio) {
      if (!context || !places || !looks) return;
      const [xs, ys] = places;
      const { colours, shapes, order } = looks;
      const frame = { width: canvas.width / ratio, height: canvas.height / ratio };
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, frame.width, frame.height);
      let [before, style] = [-1, ""];
      for (const i of order) {
        const [x, y] = toScreen(view, frame, xs[i]!, ys[i]!);
        if (x < -size || y < -size || x > frame.width + size || y > frame.height + size) continue;
        const [red, green, blue, alpha] = [colours[4 * i]!, colours[4 * i + 1]!, colours[4 * i + 2]!, colours[4 * i + 3]!];
        const packed = ((red * 256 + green) * 256 + blue) * 256 + alpha;
        if (packed !== before) style = `rgb(${red} ${green} ${blue} / ${alpha / 255})`;
        before = packed;
        drawShape(context, shapes[i]!, x, y, size / 2, style);
      }
    },
    dispose() {
      context?.reset();
    },
  };
}

function drawShape(context: CanvasRenderingContext2D, shape: number, x: number, y: number, radius: number, style: string): void {
  context.fillStyle = style;
  context.strokeStyle = style;
  context.lineWidth = Math.max(1, radius * 0.35);
  context.beginPath();
  if (shape === 3) {
    const arm = radius * 0.7;
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.stroke();
  } else if (shape === 4) {
    const arm = radius * 0.95;
    context.moveTo(x, y - arm);
    context.lineTo(x + arm, y);
    context.lineTo(x, y + arm);
    context.lineTo(x - arm, y);
    context.fill();
  } else if (shape === 2) {
    context.arc(x, y, radius * 0.7, 0, 2 * Math.PI);
    context.stroke();
    context.beginPath();
    context.arc(x, y, radius * 0.7, Math.PI / 2, 1.5 * Math.PI);
    context.fill();
  } else {
    context.arc(x, y, radius * (shape === 0 ? 0.62 : 0.85), 0, 2 * Math.PI);
    context.fill();
  }
}
