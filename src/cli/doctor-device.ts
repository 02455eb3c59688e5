import { BaalError, errorMessage } from "../core/errors.js";
import { graphBuilder } from "../engine/onnx/builder.js";
import { createGraph } from "../engine/onnx/graph.js";
import { createSession, type Device } from "../engine/runtime/session.js";

/** What the process of one device prints, as one line of JSON. */
export type DeviceReport = { readonly milliseconds: number } | { readonly error: string };

/**
 * Runs one node on a device and checks its result. `baal doctor` starts this file in a process of its own for each device: a driver that
 * is broken may end the process, and those that are missing fill the terminal.
 */
async function runOneNode(device: Device): Promise<DeviceReport> {
  const b = graphBuilder(createGraph(`doctor-${device}`));
  const matrix = { dtype: "float32", shape: [2, 2] } as const;
  b.output(b.matMul(b.input("x", matrix), b.input("y", matrix)), "z");
  const feed = { dtype: "float32", dims: [2, 2], data: new Float32Array([1, 2, 3, 4]) } as const;
  const begin = performance.now();
  const session = await createSession(b.graph, { device });
  const outputs = await session.run(
    new Map([
      ["x", feed],
      ["y", feed],
    ]),
  );
  const milliseconds = Math.round(performance.now() - begin);
  const product = [...(outputs.get("z")?.data ?? [])].map(Number).join(", ");
  if (product !== "7, 10, 15, 22") throw new BaalError("E_DEVICE_UNAVAILABLE", `a product came out as ${product}`);
  return { milliseconds };
}

const report = await runOneNode(process.argv[2] as Device).catch((error: unknown) => {
  const cause = error instanceof BaalError && error.cause !== undefined ? error.cause : error;
  return { error: errorMessage(cause) };
});
process.stdout.write(`${JSON.stringify(report)}\n`);
