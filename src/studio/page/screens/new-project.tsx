import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function NewProjectScreen() {
  return (
    <div class="screen">
      <ScreenHead title="New" />
      <EmptyState icon="label" title="Nothing here yet" />
    </div>
  );
}
