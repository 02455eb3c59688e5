import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";

/**
 * A reader of external data files, which ONNX names relative to the model's folder. Each tensor's bytes are read straight
 * into a buffer of their own. Throws `E_MODEL_FORMAT` for a path that leaves the folder or a file that is too short,
 * `E_FILE_NOT_FOUND` for a missing one.
 */
export function externalDataReader(modelPath: string | undefined) {
  return (location: string, offset: number, length: number): Uint8Array => {
    const label = modelPath ?? "The model";
    if (modelPath === undefined) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `The model keeps weights in "${location}"; give the model's path so that the file can be found.`,
      );
    }
    const folder = dirname(resolve(modelPath));
    const path = resolve(folder, location);
    if (isAbsolute(location) || leaves(folder, path)) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${label}: refused to read weights from "${location}", which is outside of the model's folder.`,
      );
    }
    return readPart(path, offset, length, { label, folder, location });
  };
}

interface Place {
  readonly label: string;
  readonly folder: string;
  readonly location: string;
}

function readPart(path: string, offset: number, length: number, { label, folder, location }: Place): Uint8Array {
  let file: number;
  try {
    if (leaves(realpathSync(folder), realpathSync(path)) && !isCacheLink(folder, path)) {
      throw new BaalError("E_MODEL_FORMAT", `${label}: "${location}" is a link that leads out of the model's folder.`);
    }
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof BaalError) throw error;
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${label}: its weights are in "${path}", which cannot be read: ${errorMessage(error)}.`,
      {
        cause: error,
      },
    );
  }
  try {
    const { size } = fstatSync(file);
    if (offset + length > size) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${label}: "${path}" is too short: bytes ${offset} to ${offset + length} are needed, it has ${size}.`,
      );
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      // One read call takes less than 2 GiB.
      const count = readSync(file, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (count === 0) throw new BaalError("E_MODEL_FORMAT", `${label}: "${path}" ended while it was read.`);
      done += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** The Hugging Face cache keeps files as `models--x/blobs/hash` and links to them from `models--x/snapshots/revision/...`. */
function isCacheLink(folder: string, path: string): boolean {
  const at = folder.lastIndexOf(`${sep}snapshots${sep}`);
  return at >= 0 && !leaves(resolve(realpathSync(folder.slice(0, at)), "blobs"), realpathSync(path));
}
