import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StabilisedPredictionsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/StabilisedPredictionsOptions.md","filePath":"reference/api/baaljs/interfaces/StabilisedPredictionsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/StabilisedPredictionsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-stabilisedpredictionsoptions" tabindex="-1">Interface: StabilisedPredictionsOptions <a class="header-anchor" href="#interface-stabilisedpredictionsoptions" aria-label="Permalink to &quot;Interface: StabilisedPredictionsOptions&quot;">​</a></h1><p>Options of the stopping criterion <a href="./../functions/stabilisedPredictions.html">stabilisedPredictions</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-kappa"></a> <code>kappa?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean agreement from which predictions count as stable; 0.99 by default.</td></tr><tr><td><a id="property-steps"></a> <code>steps?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Consecutive pairs of models whose agreement is averaged; 3 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/StabilisedPredictionsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StabilisedPredictionsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StabilisedPredictionsOptions as default
};
