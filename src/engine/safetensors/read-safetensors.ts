import { type FileHandle, open } from "node:fs/promises";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { floatTypes } from "./dtypes.js";
import { damaged, maxHeaderBytes, parseHeader, type SafetensorsHeader } from "./header.js";

/**
 * Reads the weights of a safetensors file as float32, in the order of the file.
 *
 * float32 tensors are views of one buffer that holds the file's data: nothing is copied, and keeping one tensor keeps
 * the buffer. float16, bfloat16 and float64 are converted. Integer and boolean tensors (position ids, counters) are no
 * weights and are left out; {@link readSafetensorsHeader} lists them.
 *
 * Throws `E_FILE_NOT_FOUND`, and `E_MODEL_FORMAT` for a damaged file or an unknown element type.
 *
 * @example
 * ```ts with=engine
 * import { readSafetensors, writeSafetensors } from "baaljs/engine";
 *
 * await writeSafetensors("line.safetensors", parameters);
 * for (const [name, { dims }] of await readSafetensors("line.safetensors")) console.log(name, dims);
 * ```
 */
export async function readSafetensors(path: string): Promise<StateDict> {
  return withFile(path, async (file, size) => {
    const { header, dataStart } = await readHeader(path, file, size);
    const data = await readBytes(path, file, dataStart, size - dataStart);
    const table: StateDict = new Map();
    for (const { name, dtype, dims, begin, end } of header.tensors) {
      const type = floatTypes[dtype];
      if (type !== undefined) table.set(name, { dims, data: type.read(data.subarray(begin, end)) });
    }
    return table;
  });
}

/**
 * Names, types, shapes and metadata without the data. Throws as {@link readSafetensors} does.
 *
 * @example
 * ```ts with=engine
 * import { readSafetensorsHeader, writeSafetensors } from "baaljs/engine";
 *
 * await writeSafetensors("line.safetensors", parameters);
 * const { metadata, tensors } = await readSafetensorsHeader("line.safetensors");
 * ```
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file, size) => (await readHeader(path, file, size)).header);
}

async function withFile<T>(path: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "does not exist" : `cannot be opened (${cause.message})`;
    throw new BaalError("E_FILE_NOT_FOUND", `The weights file ${path} ${reason}.`, { cause });
  });
  try {
    return await use(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function readHeader(
  path: string,
  file: FileHandle,
  size: number,
): Promise<{ header: SafetensorsHeader; dataStart: number }> {
  if (size < 8) throw damaged(path, `it has ${size} bytes, the length of the header alone takes 8`);
  const prefix = await readBytes(path, file, 0, 8);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > maxHeaderBytes || length > size - 8) {
    throw damaged(
      path,
      `its first 8 bytes announce a header of ${length} bytes in a file of ${size} (truncated, or of another format?)`,
    );
  }
  const text = new TextDecoder().decode(await readBytes(path, file, 8, length));
  return { header: parseHeader(path, text, size - 8 - length), dataStart: 8 + length };
}

/** One read call is limited to 2 GiB by the operating system; a file of weights is not. */
const maxReadBytes = 1 << 30;

async function readBytes(path: string, file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, maxReadBytes), start + done);
    if (bytesRead === 0) throw damaged(path, `it ended ${length - done} bytes early while it was read`);
    done += bytesRead;
  }
  return bytes;
}
