import { type GraphBuilder, string } from "../../onnx/builder.js";
import { floatTensor } from "../../onnx/tensor.js";

/** Marks a dropout site: the identity until masks are installed. `place` "head" says that only the head is random behind it. */
export function addDropout(
  b: GraphBuilder,
  x: string,
  site: { readonly name: string; readonly rate: number; readonly place?: "body" | "head" },
): string {
  const ratio = b.constant(floatTensor([site.rate], []), `${site.name}.ratio`);
  return b.op("Dropout", [x, ratio], { place: string(site.place ?? "body") }, { name: site.name });
}
