import { BaalError, errorMessage } from "../core/errors.js";
import { type CallContext, type HostedModel, loadHostedModel } from "./hosted-model.js";
import type { HostCalls, HostMethod, HostReply, HostRequest } from "./protocol.js";

/** The child's side of a ModelHost: this file is started as a process, and answers calls one after the other. */

type Handlers = {
  readonly [M in HostMethod]: (
    argument: Parameters<HostCalls[M]>[0],
    context: CallContext,
  ) => Promise<ReturnType<HostCalls[M]>> | ReturnType<HostCalls[M]>;
};

let loaded: HostedModel | undefined;

function model(): HostedModel {
  if (!loaded) throw new BaalError("E_MODEL_HOST", "No model has been loaded in this process yet.");
  return loaded;
}

const handlers: Handlers = {
  async load(request) {
    loaded = await loadHostedModel(request);
    return loaded.description;
  },
  predict: (request, context) => model().predict(request, context),
  train: (request, context) => model().train(request, context),
  stateDict: () => model().classifier.stateDict(),
  loadStateDict(state) {
    model().classifier.loadStateDict(state);
    return null;
  },
  async save({ folder }) {
    await model().classifier.save(folder);
    return null;
  },
};

const running = new Map<number, AbortController>();
let last: Promise<unknown> = Promise.resolve();

function reply(message: HostReply): void {
  process.send?.(message);
}

async function answer({ id, method, argument }: HostRequest & { kind: "call" }, signal: AbortSignal): Promise<void> {
  try {
    const context: CallContext = { signal, onProgress: (event) => reply({ kind: "progress", id, event }) };
    // The method's name and its argument come from the same typed call on the other side.
    const handler = handlers[method] as (argument: unknown, context: CallContext) => unknown;
    reply({ kind: "result", id, value: await handler(argument, context) });
  } catch (error) {
    const code = error instanceof BaalError ? error.code : undefined;
    reply({ kind: "error", id, message: errorMessage(error), code, stack: error instanceof Error ? error.stack : undefined });
  } finally {
    running.delete(id);
  }
}

process.on("message", (request: HostRequest) => {
  if (request.kind === "abort") {
    running.get(request.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(request.id, controller);
  last = last.then(() => answer(request, controller.signal));
});
// Ctrl-C reaches every process of the terminal; the parent decides when to end, and may finish a request first.
process.on("SIGINT", () => {});
// The parent is gone: nobody is left to work for.
process.on("disconnect", () => process.exit(0));
