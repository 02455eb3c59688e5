import { useEffect, useRef, useState } from "preact/hooks";
import type { ProjectDetail } from "../backend/project-detail.js";
import type { StatusSnapshot } from "../backend/status.js";

/** Whether the server is heard of: `"gone"` since a moment, in milliseconds since 1970. */
export type Connection = { readonly state: "connecting" | "live" } | { readonly state: "gone"; readonly since: number };

/** The last state that the server has told, and whether it still does. */
export function useServer(): { readonly snapshot: StatusSnapshot | undefined; readonly connection: Connection } {
  const [snapshot, setSnapshot] = useState<StatusSnapshot>();
  const [connection, setConnection] = useState<Connection>({ state: "connecting" });
  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource("api/events");
      source.onmessage = ({ data }) => {
        setSnapshot(JSON.parse(data as string) as StatusSnapshot);
        setConnection({ state: "live" });
      };
      source.onerror = () => {
        setConnection((known) => (known.state === "gone" ? known : { state: "gone", since: Date.now() }));
        // Browsers give up after an answer that is no stream, such as a proxy's error.
        if (source.readyState !== EventSource.CLOSED) return;
        clearTimeout(retry);
        retry = setTimeout(open, 3_000);
      };
    };
    open();
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, []);
  return { snapshot, connection };
}

/** Between two readings of a project's details. */
const READ_EVERY_MS = 1_000;

/** More of one project, read again when `revision` has changed; `undefined` until the first came. */
export function useDetail(projectId: number | undefined, revision: string): ProjectDetail | undefined {
  const [detail, setDetail] = useState<ProjectDetail>();
  const wanted = useRef(revision);
  wanted.current = revision;
  useEffect(() => {
    if (projectId === undefined) return;
    let have: string | undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const { current } = wanted;
      if (current !== have) {
        try {
          const response = await fetch(`api/projects/${projectId}/detail`);
          const read = response.ok ? ((await response.json()) as ProjectDetail) : undefined;
          if (read && !isOver) {
            setDetail(read);
            have = current;
          }
        } catch {
          // The stream of events says that the server is gone, and that it is back.
        }
      }
      if (!isOver) timer = setTimeout(look, READ_EVERY_MS);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [projectId]);
  return detail?.id === projectId ? detail : undefined;
}

/** Asks the server for something. The reason, where it refuses or is not reached. */
export async function ask(path: string): Promise<string | undefined> {
  try {
    const response = await fetch(path, { method: "POST" });
    if (response.ok) return undefined;
    // A proxy's answer is no JSON.
    const { error } = (await response.json().catch(() => ({}))) as { readonly error?: string };
    return error ?? `The server answered ${response.status}.`;
  } catch {
    return "The server does not answer.";
  }
}
