import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictiveMoments","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/PredictiveMoments.md","filePath":"reference/api/baaljs/metrics/interfaces/PredictiveMoments.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/PredictiveMoments.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictivemoments" tabindex="-1">Interface: PredictiveMoments <a class="header-anchor" href="#interface-predictivemoments" aria-label="Permalink to &quot;Interface: PredictiveMoments&quot;">​</a></h1><p>Mean and variance of what a regression predicts, <code>[N, C]</code> each.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-aleatoric_n_c"></a> <code>aleatoric_N_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Mean over the draws of the noise that the model predicts; 0 of a model without.</td></tr><tr><td><a id="property-epistemic_n_c"></a> <code>epistemic_N_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Variance of the draws&#39; means: what more training data would take away.</td></tr><tr><td><a id="property-means_n_c"></a> <code>means_N_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>-</td></tr><tr><td><a id="property-variances_n_c"></a> <code>variances_N_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td><a href="#property-epistemic_n_c">epistemic_N_C</a> + <a href="#property-aleatoric_n_c">aleatoric_N_C</a>, in the square of the numbers&#39; unit.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/PredictiveMoments.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictiveMoments = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictiveMoments as default
};
