import { Agent, request } from "node:http";

/** Calls a server as Label Studio does, over connections that stay open. */
export interface LabelStudioClient {
  health(): Promise<void>;
  setup(): Promise<void>;
  /** Throws where there is not one result per task, or one of them is empty. */
  predict(texts: readonly string[]): Promise<void>;
  close(): void;
}

interface Answer {
  readonly results?: readonly { readonly result: readonly unknown[] }[];
}

/** For a text project with these labels. */
export function labelStudioClient(url: string, labels: readonly string[]): LabelStudioClient {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const project = "1.1700000000";
  const choices = labels.map((label) => `<Choice value="${label}"/>`).join("");
  const config = `<View><Text name="text" value="$text"/><Choices name="intent" toName="text">${choices}</Choices></View>`;
  const call = (method: string, path: string, body?: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, agent, headers: { "content-type": "application/json" } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as Answer);
          else reject(new Error(`${method} ${path} gave ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    async health() {
      await call("GET", "/health");
    },
    async setup() {
      await call("POST", "/setup", { project, schema: config, hostname: "http://localhost:8080", extra_params: null });
    },
    async predict(texts) {
      const tasks = texts.map((text, id) => ({ id, data: { text }, annotations: [], predictions: [] }));
      const { results = [] } = await call("POST", "/predict", {
        project,
        label_config: config,
        tasks,
        params: { context: null },
      });
      if (results.length !== texts.length || results.some(({ result }) => result.length === 0)) {
        throw new Error(`${texts.length} tasks got ${results.length} results, or some without a choice.`);
      }
    },
    close: () => agent.destroy(),
  };
}
