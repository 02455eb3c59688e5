import type { MapView } from "./map-view.js";
import type { PointLooks, PointRenderer } from "./points.js";

const VERTEX = `#version 300 es
in vec2 place;
in vec4 colour;
in float shape;
uniform vec2 centre;
uniform vec2 stretch;
uniform float size;
out vec4 pointColour;
flat out int pointShape;
void main() {
  gl_Position = vec4((place - centre) * stretch, 0.0, 1.0);
  // Filled points look larger than rings of their size.
  gl_PointSize = size * (shape < 0.5 ? 0.86 : 1.0);
  pointColour = colour;
  pointShape = int(shape + 0.5);
}`;

// The shapes are those of MAP_STATES: a small dot, a disc, half a disc in a ring, a cross, a diamond.
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 pointColour;
flat in int pointShape;
uniform float size;
out vec4 result;
float covered(float distance) {
  float pixel = 2.0 / size;
  return 1.0 - smoothstep(-pixel, pixel, distance);
}
void main() {
  vec2 at = gl_PointCoord * 2.0 - 1.0;
  float radius = length(at);
  float ring = max(radius - 0.85, 0.5 - radius);
  float alpha;
  if (pointShape == 1) alpha = covered(radius - 0.85);
  else if (pointShape == 2) alpha = covered(min(ring, max(radius - 0.85, at.x)));
  else if (pointShape == 3) alpha = covered(max(min(abs(at.x + at.y), abs(at.x - at.y)) - 0.28, max(abs(at.x), abs(at.y)) - 0.75));
  else if (pointShape == 4) alpha = covered(abs(at.x) + abs(at.y) - 0.95);
  else alpha = covered(radius - 0.7);
  // A thin line of a darker tone keeps points apart that lie above each other.
  float edge = pointShape == 1 ? smoothstep(0.5, 0.85, radius) * 0.22 * smoothstep(5.0, 9.0, size) : 0.0;
  result = vec4(pointColour.rgb * (1.0 - edge), 1.0) * pointColour.a * alpha;
}`;

/** Points by WebGL 2; `undefined` where the browser has none. What the graphics driver throws away is made again. */
export function drawWithWebGl(canvas: HTMLCanvasElement): PointRenderer | undefined {
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true });
  if (!gl) return undefined;
  let state = gl.isContextLost() ? undefined : prepare(gl);
  let points: Float32Array<ArrayBuffer> | undefined;
  let looks: PointLooks | undefined;
  let again: (() => void) | undefined;

  const upload = () => {
    if (!state) return;
    if (points) state.fill("place", points, 2, gl.FLOAT);
    if (!looks) return;
    state.fill("colour", looks.colours, 4, gl.UNSIGNED_BYTE);
    state.fill("shape", looks.shapes, 1, gl.UNSIGNED_BYTE);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, state.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, looks.order, gl.DYNAMIC_DRAW);
  };
  const lose = (event: Event) => {
    event.preventDefault();
    state = undefined;
  };
  const restore = () => {
    state = prepare(gl);
    upload();
    again?.();
  };
  canvas.addEventListener("webglcontextlost", lose);
  canvas.addEventListener("webglcontextrestored", restore);

  return {
    kind: "webgl2",
    setPoints(x, y) {
      points = new Float32Array(2 * x.length);
      for (let i = 0; i < x.length; i++) {
        points[2 * i] = x[i]!;
        points[2 * i + 1] = y[i]!;
      }
      if (state) state.fill("place", points, 2, gl.FLOAT);
    },
    setLooks(next) {
      looks = next;
      upload();
    },
    draw(view: MapView, size, ratio) {
      again = () => this.draw(view, size, ratio);
      if (!state || !looks || gl.isContextLost()) return;
      const { width, height } = canvas;
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(state.uniform("centre"), view.x, view.y);
      gl.uniform2f(state.uniform("stretch"), (2 * ratio * view.scale) / width, (2 * ratio * view.scale) / height);
      gl.uniform1f(state.uniform("size"), size * ratio);
      gl.drawElements(gl.POINTS, looks.order.length, gl.UNSIGNED_INT, 0);
    },
    dispose() {
      canvas.removeEventListener("webglcontextlost", lose);
      canvas.removeEventListener("webglcontextrestored", restore);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

/** The program, its buffers and uniforms. `undefined` if the driver refuses the shaders. */
function prepare(gl: WebGL2RenderingContext) {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return undefined;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const buffers = new Map<string, WebGLBuffer>();
  return {
    order: gl.createBuffer(),
    uniform: (name: string) => gl.getUniformLocation(program, name),
    fill(name: string, values: Float32Array | Uint8Array, parts: number, type: number) {
      const known = buffers.get(name) ?? gl.createBuffer();
      buffers.set(name, known);
      gl.bindBuffer(gl.ARRAY_BUFFER, known);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
      const location = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, parts, type, name === "colour", 0, 0);
    },
  };
}
