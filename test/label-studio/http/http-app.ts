import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { Backend } from "../../../src/label-studio/backend/backend.js";
import { createApp } from "../../../src/label-studio/http/app.js";
import type { AppOptions, LabelStudioApp } from "../../../src/label-studio/http/app-options.js";

/** A backend that does what the test says, and nothing else. */
export function plainBackend(backend: Partial<Backend> = {}): Backend {
  return {
    modelClass: "Plain",
    trainMessage: "It does not train.",
    setup: () => "v1",
    predict: async ({ tasks }) => ({
      results: tasks.map(() => ({ model_version: "v1", score: 0.5, result: [] })),
      ...{ controls: [], skipped: [], mismatches: [], problems: [], modelVersion: "v1" },
    }),
    webhook: async () => ({ action: "A", projectId: 1, started: undefined, problems: [] }),
    versions: () => ["v1"],
    validate: () => ({ controls: [], skipped: [] }),
    endStreams() {},
    async close() {},
    ...backend,
  };
}

/** The app around it, with the lines of its log. */
export function plainApp(options: AppOptions = {}, backend: Partial<Backend> = {}) {
  const lines: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  return { app: createApp(plainBackend(backend), { logger, ...options }), log: () => lines.join("") };
}

/** Listens until the test ends. */
export async function listening(
  app: LabelStudioApp,
): Promise<{ readonly url: string; readonly port: number; readonly server: Server }> {
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, server };
}

/** Sends bytes as they are, and gives all that comes back until the server says no more. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(text);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
