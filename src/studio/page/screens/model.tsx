import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function ModelScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Model" words="What learns from the labels, and how." />
      <EmptyState icon="model" title="Nothing here yet" />
    </div>
  );
}
