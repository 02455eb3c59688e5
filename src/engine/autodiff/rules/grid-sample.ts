import { BaalError } from "../../../core/errors.js";
import { intAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, string } from "../../onnx/builder.js";
import { type GradientRules, once, type RuleContext } from "../rule.js";
import { dimOf, filledLike, rankOf, reshapeLike } from "./shapes.js";

/**
 * Images read at computed places (spatial transformers: Jaderberg et al. 2015, arXiv:1506.02025). X `[N, C, H, W]`, grid
 * `[N, h, w, 2]` of positions x, y from -1 to 1. With the weights of the four pixels around a place:
 * dx = dy times the weights, added up at the pixels;  d place = sum over channels and pixels of dy x d weight.
 */
export const gridSampleRules: GradientRules = {
  GridSample: (context) => {
    const { builder: b, node, x } = context;
    const mode = stringAttribute(node, "mode", "linear");
    const padding = stringAttribute(node, "padding_mode", "zeros");
    if (!["linear", "nearest"].includes(mode) || !["zeros", "border"].includes(padding) || rankOf(context, x[0]!) !== 4) {
      throw new BaalError(
        "E_OP_UNSUPPORTED",
        `GridSample node "${node.name}" (mode ${mode}, padding ${padding}) has no gradient rule; images with mode linear or nearest and padding zeros or border have one.`,
      );
    }
    const sides = once(() => [sideOf(context, 0, 3), sideOf(context, 1, 2)] as const);
    const corners = once(() => cornersOf(context, sides()));
    const byImage = () => {
      const all = corners();
      const indices = b.concat(
        all.map(({ index }) => index),
        2,
      );
      const parts = all.map(({ inside, along, across }) => b.mul(flatGradient(context), b.mul(inside, b.mul(along, across))));
      const flat = flatImage(context, x[0]!);
      const attributes = { axis: int(2), reduction: string("add") };
      const sum = b.op("ScatterElements", [filledLike(b, flat), indices, b.concat(parts, 2)], attributes);
      return reshapeLike(b, sum, x[0]!);
    };
    const byGrid = () => {
      const flat = flatImage(context, x[0]!);
      const channels = b.int64s([1]);
      const [first, second] = corners().reduce<(string | undefined)[]>(
        ([dx, dy], { index, inside, along, across, slope }) => {
          const read = b.mul(flatGradient(context), b.op("GatherElements", [flat, index], { axis: int(2) }));
          const value = b.mul(b.reduceSum(read, channels), inside);
          const terms = [b.mul(b.mul(value, across), b.scalar(slope[0])), b.mul(b.mul(value, along), b.scalar(slope[1]))];
          return [dx, dy].map((sum, i) => (sum ? b.add(sum, terms[i]!) : terms[i]!));
        },
        [undefined, undefined],
      );
      const columns = [first!, second!].map((value, i) => b.transpose(b.mul(value, sides()[i]!.slope), [0, 2, 1]));
      return reshapeLike(b, b.concat(columns, 2), x[1]!);
    };
    return [byImage, mode === "nearest" ? () => filledLike(b, x[1]!) : byGrid];
  },
};

interface Side {
  /** Number of pixels, a scalar. */
  readonly size: string;
  /** Places in pixels, `[N, 1, h * w]`. */
  readonly place: string;
  /** d place / d grid. */
  readonly slope: string;
}

function sideOf({ builder: b, node, x }: RuleContext, column: number, axis: number): Side {
  const size = b.squeeze(b.cast(dimOf(b, x[0]!, axis), "float32"), [0]);
  const grid = b.reshape(b.gather(x[1]!, b.int64(column), 3), b.int64s([0, 1, -1]));
  const half = b.scalar(0.5);
  const last = b.sub(size, b.scalar(1));
  const isAligned = intAttribute(node, "align_corners", 0) === 1;
  const slope = b.mul(isAligned ? last : size, half);
  const free = b.add(b.mul(grid, slope), b.mul(last, half));
  if (stringAttribute(node, "padding_mode", "zeros") !== "border") return { size, place: free, slope };
  const place = b.op("Max", [b.op("Min", [free, last]), b.scalar(0)]);
  return { size, place, slope: b.mul(b.cast(b.equal(free, place), "float32"), slope) };
}

interface Corner {
  /** Position in the flat image, `[N, C, h * w]`. */
  readonly index: string;
  /** 1 where the pixel exists, 0 beyond the image. */
  readonly inside: string;
  /** Its weights along x and y, and their derivatives by the place. */
  readonly along: string;
  readonly across: string;
  readonly slope: readonly [number, number];
}

function cornersOf(context: RuleContext, [xs, ys]: readonly [Side, Side]): Corner[] {
  const { builder: b, node } = context;
  const isNearest = stringAttribute(node, "mode", "linear") === "nearest";
  const pixels = ({ place }: Side) => {
    if (isNearest) return [{ at: b.op("Round", [place]), weight: b.scalar(1), slope: 0 }];
    const first = b.op("Floor", [place]);
    const share = b.sub(place, first);
    return [
      { at: first, weight: b.sub(b.scalar(1), share), slope: -1 },
      { at: b.add(first, b.scalar(1)), weight: share, slope: 1 },
    ];
  };
  return pixels(ys).flatMap((y) =>
    pixels(xs).map((x): Corner => {
      const [column, row] = [bounded(b, x.at, xs.size), bounded(b, y.at, ys.size)];
      const index = b.cast(b.add(b.mul(row.at, xs.size), column.at), "int64");
      const inside = b.mul(row.inside, column.inside);
      return {
        index: b.expand(index, b.shape(flatGradient(context))),
        inside,
        along: x.weight,
        across: y.weight,
        slope: [x.slope, y.slope],
      };
    }),
  );
}

function bounded(b: GraphBuilder, at: string, size: string): { readonly at: string; readonly inside: string } {
  const kept = b.op("Max", [b.op("Min", [at, b.sub(size, b.scalar(1))]), b.scalar(0)]);
  return { at: kept, inside: b.cast(b.equal(at, kept), "float32") };
}

function flatImage({ builder: b }: RuleContext, value: string): string {
  return b.reshape(value, b.int64s([0, 0, -1]));
}

function flatGradient(context: RuleContext): string {
  return flatImage(context, context.dy);
}
