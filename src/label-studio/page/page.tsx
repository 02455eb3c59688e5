import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ProjectStatus, StatusSnapshot } from "../backend/status.js";
import "./page.css";
import { Loading, Logo } from "../../page/parts/parts.js";
import { clockTime, duration } from "../../page/parts/words.js";
import { EventsCard, ServerCard } from "./cards.js";
import { ProjectView, projectName } from "./project-view.js";
import { type Connection, useServer } from "./server.js";
import { causeOf } from "./training-panel.js";

/** Tabs for so many projects, a list to choose from for more. */
const TABS = 5;

function Page() {
  const { snapshot, connection } = useServer();
  const now = useNow();
  const [chosen, choose] = useChosenProject();
  const projects = snapshot?.projects ?? [];
  const project = projects.find(({ id }) => id === chosen) ?? projects[0];
  const isGone = connection.state === "gone";
  return (
    <>
      <header class="top">
        <h1>
          <Logo />
          baal
        </h1>
        {projects.length > 1 && project && <Projects projects={projects} chosen={project.id} onChoose={choose} />}
        <ServerState connection={connection} snapshot={snapshot} now={now} />
      </header>
      {connection.state === "gone" && (
        <div class="banner bad" role="alert">
          <p>
            <strong>The server does not answer</strong> since {clockTime(connection.since)}. What stands here is from before; the
            page tries again by itself.
          </p>
        </div>
      )}
      <main class={isGone ? "gone" : ""}>
        {snapshot === undefined && !isGone && <FirstLoad />}
        {snapshot !== undefined && project === undefined && <NoProject snapshot={snapshot} now={now} />}
        {snapshot !== undefined && project !== undefined && (
          <ProjectView key={project.id} project={project} snapshot={snapshot} now={now} isGone={isGone} />
        )}
      </main>
      <Spoken connection={connection} project={project} />
    </>
  );
}

function ServerState({
  connection,
  snapshot,
  now,
}: {
  readonly connection: Connection;
  readonly snapshot: StatusSnapshot | undefined;
  readonly now: number;
}) {
  const told =
    connection.state === "connecting"
      ? "connecting"
      : connection.state === "gone"
        ? "gone"
        : `up for ${duration(now - (snapshot?.server.startedAt ?? now))}`;
  return <p class={`server-state ${connection.state}`}>Server {told}</p>;
}

interface ProjectsProps {
  readonly projects: readonly ProjectStatus[];
  readonly chosen: number;
  readonly onChoose: (id: number) => void;
}

function Projects({ projects, chosen, onChoose }: ProjectsProps) {
  if (projects.length > TABS) {
    return (
      <label class="project-choice">
        <span class="unseen">Project</span>
        <select value={chosen} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
          {projects.map((project) => (
            <option key={project.id} value={project.id}>
              {projectName(project)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <nav class="projects" aria-label="Projects">
      {projects.map((project) => (
        <a key={project.id} href={`#project-${project.id}`} aria-current={project.id === chosen ? "page" : undefined}>
          {projectName(project)}
          {project.training.state === "running" && <span class="busy"> training</span>}
        </a>
      ))}
    </nav>
  );
}

function NoProject({ snapshot, now }: { readonly snapshot: StatusSnapshot; readonly now: number }) {
  return (
    <>
      <section class="welcome">
        <h2>No project is connected yet</h2>
        <ol>
          <li>
            Open your project in Label Studio: <em>Settings</em>, <em>Model</em>, <em>Connect Model</em>.
          </li>
          <li>
            Give it the address of this server: <code>{location.origin + location.pathname.replace(/\/status\/?$/, "")}</code>
          </li>
          <li>Label. The project appears here with its first call.</li>
        </ol>
      </section>
      <div class="grid">
        <div class="column">
          <EventsCard events={snapshot.events} now={now} />
        </div>
        <div class="column">
          <ServerCard snapshot={snapshot} now={now} />
        </div>
      </div>
    </>
  );
}

function FirstLoad() {
  return (
    <div class="grid" aria-busy="true">
      {[6, 5].map((lines) => (
        <div key={lines} class="column">
          <div class="card">
            <Loading lines={lines} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Tells those who hear the page what has changed, and no more often than that. */
function Spoken({ connection, project }: { readonly connection: Connection; readonly project: ProjectStatus | undefined }) {
  const { training, lastRun } = project ?? {};
  const of = project ? ` of ${projectName(project)}` : "";
  const told =
    connection.state === "gone"
      ? ""
      : training?.state === "running"
        ? `Training${of} is running: ${causeOf(training.cause)}.`
        : training?.state === "queued"
          ? `Training${of} waits.`
          : lastRun
            ? `Last training${of}: ${lastRun.status}.`
            : "";
  return (
    <p class="unseen" role="status" aria-live="polite">
      {told}
    </p>
  );
}

/** The project in the address, so that it can be linked to. */
function useChosenProject(): readonly [number | undefined, (id: number) => void] {
  const read = () => Number(/^#project-(\d+)$/.exec(location.hash)?.[1] ?? Number.NaN);
  const [chosen, setChosen] = useState(read);
  useEffect(() => {
    const changed = () => setChosen(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const choose = (id: number) => {
    location.hash = `project-${id}`;
  };
  return [chosen, choose];
}

/** The time, which goes on where nothing else changes. */
function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

render(<Page />, document.getElementById("page")!);
