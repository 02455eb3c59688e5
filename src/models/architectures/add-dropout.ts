import { type GraphBuilder, int, string } from "../../engine/onnx/builder.js";
import { floatTensor } from "../../engine/onnx/tensor.js";

export interface NewSite {
  readonly name: string;
  readonly rate: number;
  /** `"head"` says that only the head is random behind it; `"body"` by default. */
  readonly place?: "body" | "head";
  /** What is dropped at once: single elements, by default, or a channel of `x [batch, C, ...]` (Tompson 2015, arXiv:1411.4280). */
  readonly unit?: "element" | "channel";
}

/** Marks a dropout site: the identity until masks are installed. */
export function addDropout(b: GraphBuilder, x: string, site: NewSite): string {
  const ratio = b.constant(floatTensor([site.rate], []), `${site.name}.ratio`);
  return b.op(
    "Dropout",
    [x, ratio],
    { place: string(site.place ?? "body"), channels: int(Number(site.unit === "channel")) },
    { name: site.name },
  );
}
