import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../shell/icons.js";

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** Stands where nothing is: says why, and what to do. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div class="empty-state">
      <span class="empty-sign">
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <div class="empty-words">{children}</div>}
    </div>
  );
}
