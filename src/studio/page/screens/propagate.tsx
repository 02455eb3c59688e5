import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function PropagateScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Propagate" words="Carry labels over to neighbours." />
      <EmptyState icon="propagate" title="Nothing here yet" />
    </div>
  );
}
