import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function ExportScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Export" />
      <EmptyState icon="label" title="Nothing here yet" />
    </div>
  );
}
