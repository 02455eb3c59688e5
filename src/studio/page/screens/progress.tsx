import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function ProgressScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Progress" words="How good the model is, and how much is left to do." />
      <EmptyState icon="progress" title="Nothing here yet" />
    </div>
  );
}
