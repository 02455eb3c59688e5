import { BaalError } from "../errors.js";
import { type Predictions, predictions } from "../predictions.js";

/** Predictions that came in chunks as one. Throws `E_SHAPE` when the chunks do not fit together, or when there are none. */
export async function joinChunks(chunks: AsyncIterable<Predictions>): Promise<Predictions> {
  const parts: Predictions[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const [first] = parts;
  if (!first) throw new BaalError("E_SHAPE", "No predictions came; at least one chunk is needed.");
  const itemShape = first.shape.slice(1);
  const other = parts.find(({ kind, shape }) => kind !== first.kind || String(shape.slice(1)) !== String(itemShape));
  if (other) {
    const message = `Chunks of predictions differ: ${first.kind} [${first.shape}] and ${other.kind} [${other.shape}].`;
    throw new BaalError("E_SHAPE", message);
  }
  const data = new Float32Array(parts.reduce((size, part) => size + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const indices = parts.flatMap((part) => part.indices);
  return predictions(first.kind, [indices.length, ...itemShape], data, indices);
}
