import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import type { PixelImage } from "../../../src/data/images/image-input.js";
import { imageError } from "../../../src/data/images/image-input.js";
import type { LoadTaskImage } from "../../../src/label-studio/images/load-task-image.js";
import { storeImages } from "../../../src/label-studio/training/training-images.js";
import { picture } from "../../data/images/pictures.js";
import { shade } from "../../host/tiny-image-model.js";

function setUp(images: Readonly<Record<string, PixelImage>>) {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-images-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const loaded: string[] = [];
  const counts = { now: 0, most: 0 };
  const load: LoadTaskImage = async ({ value }) => {
    loaded.push(value);
    counts.most = Math.max(counts.most, ++counts.now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    counts.now--;
    const image = images[value];
    if (!image) throw imageError("at web", "404");
    return image;
  };
  const store = (values: readonly string[], { preparation = "p", signal = new AbortController().signal, loader = load } = {}) =>
    storeImages(
      values.map((value, i) => ({ value, taskId: i + 1 })),
      { load: loader, preparation, folder, signal },
    );
  return { folder, loaded, counts, store };
}

describe("images of a training", () => {
  it("are files of the same pixels, grey or coloured", async () => {
    const images = {
      "s3://grey": { ...picture(8, 8), channels: 1 as const, data: picture(8, 8).data.subarray(0, 64) },
      "http://web/colour": picture(7, 5),
    };
    const { store } = setUp(images);
    const { paths, failures } = await store(Object.keys(images));
    expect(failures).toEqual([]);
    for (const [value, { width, height, channels, data }] of Object.entries(images)) {
      const path = paths.get(value)!;
      expect(await sharp(path).metadata()).toMatchObject({ format: "png", width, height, channels });
      const read = await sharp(path).raw().toBuffer();
      // Grey is read as three equal channels.
      const expected = channels === 1 ? [...data].flatMap((grey) => [grey, grey, grey]) : [...data];
      expect([...read]).toEqual(expected);
    }
  });

  it("are loaded once, kept for the next training, and removed when no task has them", async () => {
    const { store, loaded, folder } = setUp({ a: shade(1), b: shade(2), c: shade(3) });
    await store(["a", "b", "a"]);
    expect(loaded.sort()).toEqual(["a", "b"]);
    const { paths } = await store(["b", "c"]);
    expect(loaded.sort()).toEqual(["a", "b", "c"]);
    expect(readdirSync(folder).sort()).toEqual([...paths.values()].map((path) => path.slice(folder.length + 1)).sort());
    await store(["b"], { preparation: "other" });
    expect(loaded.filter((value) => value === "b")).toHaveLength(2);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("are a few at a time; those that cannot be had are told, with their tasks", async () => {
    const { store, counts } = setUp(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`i${i}`, shade(i)])));
    const values = [...Array.from({ length: 30 }, (_, i) => `i${i}`), "gone"];
    const { paths, failures } = await store(values);
    expect(paths.size).toBe(30);
    expect(failures).toEqual([{ input: { value: "gone", taskId: 31 }, error: expect.objectContaining({ code: "E_IMAGE" }) }]);
    expect(counts.most).toBeLessThanOrEqual(8);
    expect(counts.most).toBeGreaterThan(1);
  });

  it("end when they are cancelled, or when something else fails", async () => {
    const { store } = setUp({});
    const values = Array.from({ length: 30 }, (_, i) => `i${i}`);
    const controller = new AbortController();
    let loads = 0;
    const cancelling: LoadTaskImage = () => {
      if (++loads === 3) controller.abort();
      return Promise.reject(controller.signal.aborted ? new BaalError("E_ABORTED", "x") : imageError("at web", "404"));
    };
    await expect(store(values, { signal: controller.signal, loader: cancelling })).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(loads).toBeLessThan(20);
    loads = 0;
    const failing: LoadTaskImage = () => Promise.reject(++loads === 2 ? new Error("disk full") : imageError("at web", "404"));
    await expect(store(values, { loader: failing })).rejects.toThrow("disk full");
    expect(loads).toBeLessThan(20);
  });
});
