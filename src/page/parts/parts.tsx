import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

interface CardProps {
  readonly title: string;
  /** In the same line. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the page with a heading. */
export function Card({ title, aside, children }: CardProps) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-head">
        <h3 id={id}>{title}</h3>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

interface ActionProps {
  readonly children: ComponentChildren;
  /** The reason, where it cannot be done now: it stays in its place, with the focus on it. */
  readonly offBecause?: string | undefined;
  readonly kind?: "primary" | "plain" | "danger";
  /** For those who hear it, where the words alone do not say what it is about. */
  readonly label?: string;
  /** Resolves with the reason where it was refused. */
  readonly run: () => Promise<string | undefined>;
  readonly onRefused: (reason: string) => void;
}

/** A button that asks the server for something. */
export function Action({ children, offBecause, kind = "plain", label, run, onRefused }: ActionProps) {
  const [isAsking, setAsking] = useState(false);
  const isOff = offBecause !== undefined || isAsking;
  const press = async () => {
    if (isOff) return;
    setAsking(true);
    const refused = await run();
    setAsking(false);
    if (refused !== undefined) onRefused(refused);
  };
  return (
    <button type="button" class={`action ${kind}`} aria-disabled={isOff} aria-label={label} title={offBecause} onClick={press}>
      {children}
    </button>
  );
}

/** A word with a colour that says how things are, and a sign for those who do not see colours. */
export function Badge({
  kind,
  children,
}: {
  readonly kind: "good" | "warn" | "bad" | "quiet" | "accent";
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

/** A link that leads away from the page, into a tab of its own. */
export function Away({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" class="away">
      {children}
      <span class="arrow" aria-hidden="true">
        ↗
      </span>
      <span class="unseen"> (opens in a new tab)</span>
    </a>
  );
}

/** Stands where something will be. */
export function Loading({ lines }: { readonly lines: number }) {
  return (
    <div class="loading" aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

/** Draws of one item: some agree, one does not. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d="M2 19 C7 19 8 5 12 5 S17 19 22 19" />
      <circle cx="12" cy="5" r="2.4" />
    </svg>
  );
}
