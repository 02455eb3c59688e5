import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { URL } from "node:url";
import { sentimentConfig, textOf } from "../../test/label-studio/backend/text-project.js";

/** A Label Studio with one project, whose tasks have an annotation each, as far as who catches up asks; says its port on stdout. */
const { count, created } = JSON.parse(process.argv[2]!) as { readonly count: number; readonly created: number };

const at = (id: number) => new Date(created * 1000 + id).toISOString();

function task(id: number) {
  const label = id % 2 === 0 ? "Positive" : "Negative";
  const result = [{ from_name: "sentiment", to_name: "text", type: "choices", value: { choices: [label] } }];
  const times = { created_at: at(id), updated_at: at(id) };
  return {
    ...times,
    id,
    data: { text: textOf(label, id) },
    is_labeled: true,
    annotations: [{ ...times, id, result, completed_by: 1, was_cancelled: false, ground_truth: false }],
    predictions: [],
  };
}

function answer(path: string): unknown {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  if (pathname.includes("whoami")) return { id: 1 };
  if (pathname.includes("webhooks")) return [];
  if (pathname.includes("model-versions")) return { static: [], live: [] };
  if (/\/api\/projects\/1/.test(pathname)) {
    const about = { id: 1, title: "Project 1", label_config: sentimentConfig, created_at: at(0) };
    return { ...about, task_number: count, total_annotations_number: count };
  }
  const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("page_size"))];
  const first = (page - 1) * size + 1;
  return {
    total: count,
    tasks: Array.from({ length: Math.max(0, Math.min(size, count - first + 1)) }, (_, n) => task(first + n)),
  };
}

const server = createServer((request, response) => {
  if (request.method === "GET" && request.url?.includes("page=")) listed++;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(request.url === "/listed" ? { listed } : answer(request.url ?? "")));
});
let listed = 0;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
