import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FitThresholdsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/FitThresholdsOptions.md","filePath":"reference/api/baaljs/interfaces/FitThresholdsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/FitThresholdsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-fitthresholdsoptions" tabindex="-1">Interface: FitThresholdsOptions <a class="header-anchor" href="#interface-fitthresholdsoptions" aria-label="Permalink to &quot;Interface: FitThresholdsOptions&quot;">​</a></h1><p>How thresholds are found.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-iterations"></a> <code>iterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Draws whose probabilities are averaged, as they will be when the model is used; 1 by default, dropout off.</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Names the draws.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/FitThresholdsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FitThresholdsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FitThresholdsOptions as default
};
