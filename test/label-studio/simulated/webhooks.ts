import { type Response, Router } from "express";
import { isAcceptedUrl } from "./backend.js";

/** A webhook as Label Studio's API shows it. */
export interface SimulatedWebhook {
  readonly id: number;
  readonly project: number;
  url: string;
  is_active: boolean;
  send_payload: boolean;
  send_for_all_actions: boolean;
  headers: Record<string, string>;
}

/** The webhooks of one Label Studio. */
export interface SimulatedWebhooks {
  readonly all: SimulatedWebhook[];
  /** Whether addresses of this machine and of private networks are refused, as they are by default since 2026. */
  isProtected: boolean;
  /** Makes one, as connecting a model does: none where there is one already. */
  connect(project: number, url: string): void;
  readonly routes: Router;
}

type Fields = Partial<Omit<SimulatedWebhook, "id">>;

export function simulatedWebhooks(): SimulatedWebhooks {
  const all: SimulatedWebhook[] = [];
  const routes = Router();
  const add = (fields: Fields) => {
    const made = {
      id: all.length + 1,
      project: 0,
      url: "",
      is_active: true,
      send_payload: true,
      send_for_all_actions: true,
      headers: {},
    };
    const webhook = Object.assign(made, fields);
    all.push(webhook);
    return webhook;
  };
  /** As Label Studio looks at an address; whether it has answered. */
  const isRefused = (url: string, response: Response): boolean => {
    if (!isAcceptedUrl(url)) {
      response.status(400).json({ detail: "Validation error", validation_errors: { url: ["Enter a valid URL."] } });
      return true;
    }
    if (!webhooks.isProtected) return false;
    response.status(403).json({ detail: "URL resolves to a reserved network address (block: 127.0.0.0/8)" });
    return true;
  };
  const webhooks: SimulatedWebhooks = {
    all,
    isProtected: false,
    connect(project, url) {
      if (!webhooks.isProtected && !all.some((known) => known.project === project && known.url === url)) add({ project, url });
    },
    routes,
  };
  routes.get("/api/webhooks/", (request, response) => {
    const { project } = request.query;
    response.json(all.filter((webhook) => project === undefined || String(webhook.project) === project));
  });
  routes.post("/api/webhooks/", (request, response) => {
    const fields = request.body as Fields;
    if (!isRefused(fields.url ?? "", response)) response.status(201).json(add(fields));
  });
  routes.patch("/api/webhooks/:id/", (request, response) => {
    const { url, is_active, send_payload, send_for_all_actions, headers } = request.body as Fields;
    const webhook = all.find(({ id }) => String(id) === request.params.id);
    if (webhook === undefined) response.status(404).json({ detail: "No Webhook matches the given query." });
    else if (!isRefused(url ?? webhook.url, response)) {
      const changes = Object.entries({ url, is_active, send_payload, send_for_all_actions, headers });
      response.json(Object.assign(webhook, Object.fromEntries(changes.filter(([, value]) => value !== undefined))));
    }
  });
  return webhooks;
}
