import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictedNumbers","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/calibration/interfaces/PredictedNumbers.md","filePath":"reference/api/baaljs/calibration/interfaces/PredictedNumbers.md"}');
const _sfc_main = { name: "reference/api/baaljs/calibration/interfaces/PredictedNumbers.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictednumbers" tabindex="-1">Interface: PredictedNumbers <a class="header-anchor" href="#interface-predictednumbers" aria-label="Permalink to &quot;Interface: PredictedNumbers&quot;">​</a></h1><p>Means and variances that a regression predicts, <code>[N, C]</code> row-major each; <code>predictiveMoments</code> makes them of draws.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-means_n_c"></a> <code>means_N_C</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>-</td></tr><tr><td><a id="property-variances_n_c"></a> <code>variances_N_C</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>Above 0.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/calibration/interfaces/PredictedNumbers.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictedNumbers = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictedNumbers as default
};
