import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";

/**
 * Writes a table of weights as float32 safetensors. The file appears complete or not at all, and the same table gives the
 * same bytes: tensors are ordered by name. The arrays are written from where they are, without a copy.
 *
 * `metadata` is `{format: "pt"}` by default, which Python's transformers insists on.
 * Throws `E_SHAPE` when a tensor's shape and length disagree.
 *
 * @example
 * ```ts with=engine
 * import { writeSafetensors } from "baaljs/engine";
 *
 * await writeSafetensors("line.safetensors", parameters, { format: "pt", step: "100" });
 * ```
 */
export async function writeSafetensors(
  path: string,
  table: ReadonlyMap<string, StateTensor> | StateDict,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Promise<void> {
  const tensors = [...table].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { dims, data }] of tensors) {
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (size !== data.length)
      throw new BaalError("E_SHAPE", `"${name}" of shape [${dims}] has ${data.length} numbers instead of ${size}.`);
    if (name === "__metadata__")
      throw new BaalError("E_ARGUMENT", `A tensor cannot be called "__metadata__" in a safetensors file.`);
    header[name] = { dtype: "F32", shape: dims, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces up to a multiple of 8 put the first tensor where any element type may start.
  const padded = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(json, 8);
  const bytes = tensors.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeFileAtomic(path, [padded, ...bytes]);
}
