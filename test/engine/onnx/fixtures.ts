import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Feed } from "../../../src/engine/runtime/session.js";
import { hasShared, sharedPath } from "../../shared.js";
import { longs, ramp } from "./raw-model.js";

export interface ModelFixture {
  readonly name: string;
  readonly path: string;
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** Three texts of different length, the shorter ones padded; every token id is in the fixtures' vocabularies. */
const TEXTS: Readonly<Record<string, Feed>> = {
  input_ids: longs([2, 5, 17, 40, 61, 3, 0, 2, 9, 33, 3, 0, 0, 0, 2, 90, 80, 70, 60, 50, 3], [3, 7]),
  attention_mask: longs([1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1], [3, 7]),
  token_type_ids: longs([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1], [3, 7]),
};

const IMAGES: Readonly<Record<string, Feed>> = { pixel_values: ramp([2, 3, 16, 16]) };

/** Every ONNX file of the shared folder (where it is there) and of this repository, with inputs to run it on. */
export function modelFixtures(): ModelFixture[] {
  const folders = [resolve(import.meta.dirname, "..", "..", "fixtures", "onnx")];
  if (hasShared) folders.push(sharedPath("fixtures", "distilbert-tiny", "onnx"), sharedPath("fixtures", "vgg-tiny"));
  return folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".onnx"))
      .map((file) => ({
        name: basename(file, ".onnx"),
        path: join(folder, file),
        feeds: folder.endsWith("vgg-tiny") ? IMAGES : TEXTS,
      })),
  );
}

/** The fixtures that read texts. */
export function textFixtures(): ModelFixture[] {
  return modelFixtures().filter(({ feeds }) => feeds === TEXTS);
}
