import { account } from "./real-label-studio.js";

/** A field that the tests read of Label Studio's answers. */
export interface StudioProject {
  readonly id: number;
  readonly model_version: string;
  readonly created_at: string;
}

export interface StudioPrediction {
  readonly model_version: string;
  readonly score: number | null;
  readonly result: readonly { readonly value: { readonly choices: readonly string[] } }[];
}

export interface StudioTask {
  readonly id: number;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: readonly { readonly id: number }[];
  readonly predictions: readonly StudioPrediction[];
  readonly predictions_score: number | null;
}

export interface ConnectedBackend {
  readonly id: number;
  readonly state: string;
  readonly readable_state: string;
  readonly error_message: string | null;
}

export interface Exchange<T> {
  readonly status: number;
  readonly body: T;
}

/** The credentials of a connection to the ML backend, as Label Studio's form takes them. */
export interface BackendCredentials {
  readonly user: string;
  readonly password: string;
}

/** Label Studio's REST API, with the account's legacy token. What is not answered with 2xx throws, but for {@link StudioRest.exchange}. */
export class StudioRest {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async exchange<T = unknown>(method: string, path: string, body?: unknown): Promise<Exchange<T>> {
    const isForm = body instanceof FormData;
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Token ${account.token}`,
        ...(body !== undefined && !isForm && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (isJson(response) ? JSON.parse(text) : text) as T };
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.exchange<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 800)}`);
    return answer.body;
  }

  createProject(title: string, labelConfig: string, more: object = {}): Promise<StudioProject> {
    return this.call("POST", "/api/projects", { title, label_config: labelConfig, ...more });
  }

  project(id: number): Promise<StudioProject> {
    return this.call("GET", `/api/projects/${id}`);
  }

  connect(project: number, url: string, credentials?: BackendCredentials): Promise<Exchange<ConnectedBackend>> {
    const auth = credentials && {
      auth_method: "BASIC_AUTH",
      basic_auth_user: credentials.user,
      basic_auth_pass: credentials.password,
    };
    return this.exchange("POST", "/api/ml", { project, url, title: "baal", ...auth });
  }

  webhooks(project: number): Promise<readonly { readonly id: number; readonly url: string }[]> {
    return this.call("GET", `/api/webhooks/?project=${project}`);
  }

  importTasks(project: number, tasks: readonly object[] | FormData): Promise<{ readonly task_count: number }> {
    return this.call("POST", `/api/projects/${project}/import`, tasks);
  }

  async tasks(project: number): Promise<readonly StudioTask[]> {
    const { status, body } = await this.exchange<{ readonly tasks: readonly StudioTask[] }>(
      "GET",
      `/api/tasks?project=${project}&page=1&page_size=500&fields=all`,
    );
    // Past the end, as without any task.
    return status === 404 ? [] : body.tasks;
  }

  /** The task that the label stream serves next. */
  next(project: number): Promise<StudioTask> {
    return this.call("GET", `/api/projects/${project}/next`);
  }

  annotate(task: number, result: readonly object[]): Promise<{ readonly id: number }> {
    return this.call("POST", `/api/tasks/${task}/annotations/`, { result });
  }

  /** An action of the Data Manager, on all tasks or on these. */
  action(project: number, id: string, tasks?: readonly number[]): Promise<unknown> {
    const selectedItems = tasks === undefined ? { all: true, excluded: [] } : { all: false, included: tasks };
    return this.call("POST", `/api/dm/actions?id=${id}&project=${project}`, { selectedItems });
  }

  /** What the Data Manager shows in a tab that is ordered by the prediction score, ascending. */
  async orderedByScore(project: number): Promise<readonly StudioTask[]> {
    const filters = { conjunction: "and", items: [] };
    const data = { title: "by score", type: "list", target: "tasks", ordering: ["tasks:predictions_score"], filters };
    const { id } = await this.call<{ readonly id: number }>("POST", "/api/dm/views/", { project, data });
    const page = `/api/tasks?view=${id}&project=${project}&page=1&page_size=200`;
    return (await this.call<{ readonly tasks: readonly StudioTask[] }>("GET", page)).tasks;
  }

  /** A personal access token, which is made in a session of the browser. */
  async personalToken(): Promise<string> {
    const cookies = new Map<string, string>();
    const visit = async (method: string, path: string, body?: URLSearchParams) => {
      const response = await fetch(this.#url + path, {
        method,
        redirect: "manual",
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          referer: this.#url + path,
          "x-csrftoken": cookies.get("csrftoken") ?? "",
        },
        ...(body && { body }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [name = "", value = ""] = cookie.split(";", 1)[0]!.split(/=(.*)/s);
        cookies.set(name, value);
      }
      return response;
    };
    await visit("GET", "/user/login/");
    const { email, password } = account;
    const csrfmiddlewaretoken = cookies.get("csrftoken") ?? "";
    await visit("POST", "/user/login/", new URLSearchParams({ email, password, csrfmiddlewaretoken }));
    const response = await visit("POST", "/api/token/");
    return ((await response.json()) as { readonly token: string }).token;
  }
}

function isJson(response: Response): boolean {
  return response.headers.get("content-type")?.includes("json") === true && response.status !== 204;
}
