import type { GraphBuilder } from "../../onnx/builder.js";
import { scan } from "./scan.js";

/** One direction of a recurrent node, time running forwards. Values are `[time, batch, ...]` unless said. */
export interface Direction {
  /** Before the gates, from the inputs: X W' + Wb, `[.., gates * H]`. */
  readonly fromInput: string;
  /** Before the gates, from the state: H R' + Rb. */
  readonly fromState: string;
  /** The state before each step. */
  readonly before: string;
  /** The state after each step. */
  readonly after: string;
  /** R `[gates * H, H]` and, for GRU, Rb `[gates * H]`. */
  readonly weights: string;
  readonly bias: string;
  /** 1 where the step is within its sequence, else 0: `[time, batch, 1]`. Absent: all are. */
  readonly within: string | undefined;
  readonly dy: string;
  /** `[batch, H]`: gradients by the last state and, for LSTM, the last cell; the cell before the first step. */
  readonly dLast: string;
  readonly dLastCell: string;
  readonly firstCell: string;
  readonly activation: string;
  readonly linearBeforeReset: boolean;
}

export interface DirectionGradients {
  /** By what comes before the gates, from the inputs and from the state. */
  readonly dInput: string;
  readonly dState: string;
  /** What the rows of R were multiplied by, where that is not the state before: per gate. */
  readonly read?: readonly string[];
  readonly dFirst: string;
  readonly dFirstCell?: string;
}

interface Cell {
  readonly gates: number;
  /** The names of activations, in order, that the gradient holds for; `undefined`: any that the cell knows. */
  readonly activations: readonly string[];
  readonly backward: (builder: GraphBuilder, direction: Direction) => DirectionGradients;
}

/** d act / d argument, from the result. */
const SLOPES: Readonly<Record<string, (b: GraphBuilder, y: string) => string>> = {
  tanh: (b, y) => b.sub(b.scalar(1), b.mul(y, y)),
  sigmoid: (b, y) => b.mul(y, b.sub(b.scalar(1), y)),
  relu: (b, y) => b.cast(b.op("Greater", [y, b.scalar(0)]), "float32"),
};

/**
 * Backpropagation through time (Werbos 1990, doi:10.1109/5.58337) for the three cells as ONNX defines them. All states are known, so gates are
 * computed for all steps at once; only what a step hands to the one before it goes through a loop.
 */
export const CELLS: Readonly<Record<string, Cell>> = {
  // h = act(a)
  RNN: {
    gates: 1,
    activations: ["tanh", "relu", "sigmoid"],
    backward(b, { after, activation, weights, ...rest }) {
      const slope = SLOPES[activation]!(b, after);
      const { states, outputs } = stepsBack(b, rest, [rest.dLast], [slope], (body, [dh], [k]) => {
        const da = body.mul(dh!, k!);
        return { carried: [body.matMul(da, weights)], outputs: [da] };
      });
      return { dInput: outputs[0]!, dState: outputs[0]!, dFirst: states[0]! };
    },
  },
  // c = f c' + i g, h = o tanh(c), gates in the order i, o, f, g (Hochreiter & Schmidhuber 1997; Gers et al. 2000)
  LSTM: {
    gates: 4,
    activations: ["sigmoid", "tanh", "tanh"],
    backward(b, { fromInput, fromState, weights, firstCell, dLastCell, ...rest }) {
      const [i, o, f, g] = split(b, b.add(fromInput, fromState), 4).map((a, gate) => (gate === 3 ? b.tanh(a) : b.sigmoid(a)));
      const added = b.mul(i!, g!);
      const cells = scan(b, {
        states: [firstCell],
        inputs: [f!, added],
        step: (body, [c], [keep, add]) => {
          const next = body.add(body.mul(keep!, c!), add!);
          return { states: [next], outputs: [next, c!] };
        },
      });
      const [cell, cellBefore] = cells.outputs;
      const shown = b.tanh(cell!);
      const factors = [
        b.mul(o!, SLOPES["tanh"]!(b, shown)), // dc / dh
        b.mul(g!, SLOPES["sigmoid"]!(b, i!)), // di / dc
        b.mul(shown, SLOPES["sigmoid"]!(b, o!)), // do / dh
        b.mul(cellBefore!, SLOPES["sigmoid"]!(b, f!)), // df / dc
        b.mul(i!, SLOPES["tanh"]!(b, g!)), // dg / dc
        f!,
      ];
      const { states, outputs } = stepsBack(b, rest, [rest.dLast, dLastCell], factors, (body, [dh, later], k) => {
        const dc = body.add(later!, body.mul(dh!, k[0]!));
        const da = body.concat([body.mul(dc, k[1]!), body.mul(dh!, k[2]!), body.mul(dc, k[3]!), body.mul(dc, k[4]!)], -1);
        return { carried: [body.matMul(da, weights), body.mul(dc, k[5]!)], outputs: [da] };
      });
      return { dInput: outputs[0]!, dState: outputs[0]!, dFirst: states[0]!, dFirstCell: states[1]! };
    },
  },
  // h = (1 - z) n + z h', gates in the order z, r, n (Cho et al. 2014); the reset r acts on h' or on R h' + Rb
  GRU: {
    gates: 3,
    activations: ["sigmoid", "tanh"],
    backward(b, { fromInput, fromState, before, weights, bias, linearBeforeReset, ...rest }) {
      const inputs = split(b, fromInput, 3);
      const fromStates = split(b, fromState, 3);
      const [z, r] = [0, 1].map((gate) => b.sigmoid(b.add(inputs[gate]!, fromStates[gate]!)));
      const [rows, biases] = [split(b, weights, 3, 0), split(b, bias, 3, 0)];
      const reset = b.mul(r!, before);
      const candidate = linearBeforeReset
        ? b.mul(r!, fromStates[2]!)
        : b.add(b.matMul(reset, b.transpose(rows[2]!, [1, 0])), biases[2]!);
      const n = b.tanh(b.add(inputs[2]!, candidate));
      const factors = [
        b.mul(b.sub(before, n), SLOPES["sigmoid"]!(b, z!)), // dz / dh
        b.mul(b.sub(b.scalar(1), z!), SLOPES["tanh"]!(b, n)), // dn / dh
        b.mul(linearBeforeReset ? fromStates[2]! : before, SLOPES["sigmoid"]!(b, r!)), // dr / d(what r scales)
        r!,
        z!,
      ];
      const { states, outputs } = stepsBack(b, rest, [rest.dLast], factors, (body, [dh], k) => {
        const [dz, dn] = [body.mul(dh!, k[0]!), body.mul(dh!, k[1]!)];
        const kept = body.mul(dh!, k[4]!);
        if (linearBeforeReset) {
          const dr = body.mul(dn, k[2]!);
          const dState = body.concat([dz, dr, body.mul(dn, k[3]!)], -1);
          return { carried: [body.add(kept, body.matMul(dState, weights))], outputs: [body.concat([dz, dr, dn], -1), dState] };
        }
        const dReset = body.matMul(dn, rows[2]!);
        const dr = body.mul(dReset, k[2]!);
        const through = body.add(body.matMul(dz, rows[0]!), body.matMul(dr, rows[1]!));
        const da = body.concat([dz, dr, dn], -1);
        return { carried: [body.add(body.add(kept, body.mul(dReset, k[3]!)), through)], outputs: [da, da] };
      });
      const read = linearBeforeReset ? {} : { read: [before, before, reset] };
      return { dInput: outputs[0]!, dState: outputs[1]!, dFirst: states[0]!, ...read };
    },
  },
};

interface Steps {
  readonly carried: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * A loop from the last step to the first. `step` gets the gradients by the state (dy of this step included) and by what else is carried, and
 * the factors of the step. Beyond the end of a sequence nothing flows, and what is carried waits.
 */
function stepsBack(
  b: GraphBuilder,
  { dy, within }: Pick<Direction, "dy" | "within">,
  states: readonly string[],
  factors: readonly string[],
  step: (body: GraphBuilder, carried: readonly string[], factors: readonly string[]) => Steps,
) {
  const inputs = within === undefined ? [dy, ...factors] : [b.mul(dy, within), ...factors, within];
  return scan(b, {
    states,
    inputs,
    backwards: true,
    step: (body, [dh, ...others], [dyHere, ...given]) => {
      const { carried, outputs } = step(body, [body.add(dh!, dyHere!), ...others], given.slice(0, factors.length));
      if (within === undefined) return { states: carried, outputs };
      const isWithin = body.op("Greater", [given.at(-1)!, body.scalar(0)]);
      return {
        states: carried.map((value, i) => body.where(isWithin, value, [dh!, ...others][i]!)),
        outputs: outputs.map((value) => body.where(isWithin, value, body.scalar(0))),
      };
    },
  });
}

function split(b: GraphBuilder, value: string, parts: number, axis = -1): string[] {
  return b.ops(
    "Split",
    [value],
    { axis: { kind: "int", value: axis }, num_outputs: { kind: "int", value: parts } },
    { outputs: parts },
  );
}
