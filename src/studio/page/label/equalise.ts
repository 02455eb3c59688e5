/** Tiles in each direction, and how steep a tile's curve may be, as a multiple of the even one. */
const TILES = 8;
const CLIP = 3;

/**
 * Contrast-limited adaptive histogram equalisation of the brightness of RGBA pixels, in place; colours keep their proportions.
 * K. Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV, 1994.
 */
export function equalise(
  pixels: Uint8ClampedArray,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const brightness = new Uint8Array(width * height);
  for (let i = 0; i < brightness.length; i++)
    brightness[i] = Math.round(0.299 * pixels[4 * i]! + 0.587 * pixels[4 * i + 1]! + 0.114 * pixels[4 * i + 2]!);
  const curves = tileCurves(brightness, width, height);
  for (let y = 0; y < height; y++) {
    const [top, bottom, down] = between((y + 0.5) / height);
    for (let x = 0; x < width; x++) {
      const [near, far, along] = between((x + 0.5) / width);
      const i = y * width + x;
      const value = brightness[i]!;
      const curve = (row: number, column: number) => curves[(row * TILES + column) * 256 + value]!;
      const upper = curve(top, near) * (1 - along) + curve(top, far) * along;
      const lower = curve(bottom, near) * (1 - along) + curve(bottom, far) * along;
      const factor = (upper * (1 - down) + lower * down) / Math.max(1, value);
      for (let channel = 0; channel < 3; channel++) pixels[4 * i + channel] = pixels[4 * i + channel]! * factor;
    }
  }
}

/** The two tiles whose middles a place from 0 to 1 lies between, and how far it is to the second. */
function between(place: number): readonly [number, number, number] {
  const position = place * TILES - 0.5;
  const first = Math.max(0, Math.min(TILES - 1, Math.floor(position)));
  return [first, Math.min(TILES - 1, first + 1), Math.max(0, Math.min(1, position - first))];
}

/** What each brightness becomes in each tile, `[TILES, TILES, 256]`. */
function tileCurves(brightness: Uint8Array, width: number, height: number): Float32Array {
  const curves = new Float32Array(TILES * TILES * 256);
  for (let row = 0; row < TILES; row++)
    for (let column = 0; column < TILES; column++) {
      const [y0, y1] = [Math.floor((row * height) / TILES), Math.floor(((row + 1) * height) / TILES)];
      const [x0, x1] = [Math.floor((column * width) / TILES), Math.floor(((column + 1) * width) / TILES)];
      const histogram = new Float32Array(256);
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) histogram[brightness[y * width + x]!]!++;
      const count = Math.max(1, (y1 - y0) * (x1 - x0));
      const most = (CLIP * count) / 256;
      let over = 0;
      for (const value of histogram) over += Math.max(0, value - most);
      let sum = 0;
      for (let value = 0; value < 256; value++) {
        sum += Math.min(histogram[value]!, most) + over / 256;
        curves[(row * TILES + column) * 256 + value] = (255 * sum) / count;
      }
    }
  return curves;
}
