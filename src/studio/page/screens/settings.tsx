import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function SettingsScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Settings" />
      <EmptyState icon="label" title="Nothing here yet" />
    </div>
  );
}
